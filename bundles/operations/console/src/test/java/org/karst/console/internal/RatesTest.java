package org.karst.console.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RatesTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void growthByTime() {
        Rates rates = new Rates();
        assertThat(rates.perSecond("a", 100, 0)).isZero();
        assertThat(rates.perSecond("a", 150, 2 * SECOND)).isEqualTo(25);
        assertThat(rates.perSecond("b", 150, 2 * SECOND)).isZero();
    }

    @Test
    void aCounterThatBeganAnewHasNoRate() {
        Rates rates = new Rates();
        rates.perSecond("a", 100, 0);
        assertThat(rates.perSecond("a", 3, SECOND)).isZero();
        assertThat(rates.perSecond("a", 5, 2 * SECOND)).isEqualTo(2);
    }

    @Test
    void whatIsForgottenBeginsAnew() {
        Rates rates = new Rates();
        rates.perSecond("port/a/1", 100, 0);
        rates.perSecond("port/b/1", 100, 0);
        rates.forget("port/a/");
        assertThat(rates.perSecond("port/a/1", 200, SECOND)).isZero();
        assertThat(rates.perSecond("port/b/1", 200, SECOND)).isEqualTo(100);
    }
}
