package org.karst.ovsdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Values: one form for equal values, round trips, differences, and a sentence for what is none. */
class DatumTest {

    @Test
    void oneElementIsWrittenBareAndReadEitherWay() {
        assertThat(Datum.integer(7).notation()).isEqualTo(7L);
        assertThat(Datum.read(7L)).isEqualTo(Datum.read(List.of("set", List.of(7L))));
        assertThat(Datum.none().notation()).isEqualTo(List.of("set", List.of()));
        assertThat(Datum.named("row_1").notation()).isEqualTo(List.of("named-uuid", "row_1"));
    }

    @Test
    void equalValuesAreEqualWhateverTheirOrder() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 2000; i++) {
            List<Atom> atoms = atoms(random);
            Datum one = new Datum.AtomSet(atoms);
            List<Atom> shuffled = new ArrayList<>(atoms);
            shuffled.addAll(atoms);
            Collections.shuffle(shuffled, new Random(i));
            assertThat(new Datum.AtomSet(shuffled)).isEqualTo(one).hasToString(one.toString());
            assertThat(Datum.read(one.notation())).isEqualTo(one);
            TreeMap<Atom, Atom> entries = new TreeMap<>();
            atoms.forEach(atom -> entries.put(atom, new Atom.Text(atom.toString())));
            Datum map = new Datum.AtomMap(entries);
            assertThat(Datum.read(map.notation())).isEqualTo(map);
        }
    }

    @Test
    void theOrderOfAtomsIsTotal() {
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < 20_000; i++) {
            Atom a = atom(random);
            Atom b = atom(random);
            Atom c = atom(random);
            assertThat(Integer.signum(a.compareTo(b))).isEqualTo(-Integer.signum(b.compareTo(a)));
            assertThat(a.compareTo(b) == 0).isEqualTo(a.equals(b));
            if (a.compareTo(b) <= 0 && b.compareTo(c) <= 0) {
                assertThat(a.compareTo(c)).isLessThanOrEqualTo(0);
            }
        }
    }

    @Test
    void differencesOfMapsAndSets() {
        Datum map = Datum.map(Map.of("stays", "1", "goes", "2", "changes", "3"));
        assertThat(map.changedBy(Datum.map(Map.of("goes", "2", "changes", "4", "comes", "5"))))
                .isEqualTo(Datum.map(Map.of("stays", "1", "changes", "4", "comes", "5")));
        Datum set = Datum.read(List.of("set", List.of(1L, 2L)));
        assertThat(set.changedBy(Datum.read(List.of("set", List.of(2L, 3L)))))
                .isEqualTo(Datum.read(List.of("set", List.of(1L, 3L))));
        assertThatThrownBy(() -> set.changedBy(map)).isInstanceOf(OvsdbException.class);
    }

    @Test
    void aColumnMakesTheValueFitItsType() {
        Schema.Column ratio = new Schema.Column("ratio", AtomType.REAL, java.util.Optional.empty(), 0, 1);
        assertThat(ratio.conform(Datum.integer(2))).isEqualTo(Datum.of(new Atom.Real(2.0)));
        assertThatThrownBy(() -> ratio.conform(Datum.text("much")))
                .hasMessageContaining("type real in column ratio")
                .hasMessageContaining("much");
        Schema.Column ids = new Schema.Column(
                "external_ids", AtomType.STRING, java.util.Optional.of(AtomType.STRING), 0, Long.MAX_VALUE);
        assertThat(ids.conform(Datum.none())).isEqualTo(Datum.map(Map.of()));
        assertThatThrownBy(() -> ids.conform(Datum.text("x"))).isInstanceOf(OvsdbException.class);
    }

    @Test
    void whatIsNoValueIsRefusedWithASentence() {
        List<Object> bad = Arrays.asList(
                null,
                List.of(),
                List.of("set"),
                List.of("uuid", "1-2-3-4-5"),
                List.of("uuid", 3L),
                List.of("named-uuid", "1st"),
                List.of("map", List.of(List.of("a"))),
                List.of("map", List.of(List.of("a", 1L), List.of("a", 2L))),
                List.of("set", List.of(List.of("set", List.of()))),
                Map.of("a", 1L));
        for (Object notation : bad) {
            assertThatThrownBy(() -> Datum.read(notation))
                    .as(String.valueOf(notation))
                    .isInstanceOf(OvsdbException.class)
                    .hasMessageContaining("RFC 7047");
        }
        assertThatThrownBy(() -> Datum.named("no spaces")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Atom.Real(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    }

    private static List<Atom> atoms(SplittableRandom random) {
        List<Atom> atoms = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            atoms.add(atom(random));
        }
        return atoms;
    }

    static Atom atom(SplittableRandom random) {
        return switch (random.nextInt(6)) {
            case 0 -> new Atom.Int(random.nextInt(4) == 0 ? random.nextLong() : random.nextInt(3));
            case 1 -> new Atom.Real((random.nextInt(5) - 2) * 0.5);
            case 2 -> new Atom.Bool(random.nextBoolean());
            case 3 ->
                new Atom.Text("t" + random.nextInt(4) + (random.nextInt(4) == 0 ? "\"\\\u0001\u00e9\ud83d\ude00" : ""));
            case 4 -> new Atom.Uuid(new UUID(random.nextLong(), random.nextInt(2)));
            default -> new Atom.NamedUuid("n" + random.nextInt(4));
        };
    }
}
