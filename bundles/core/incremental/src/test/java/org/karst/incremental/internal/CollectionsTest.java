package org.karst.incremental.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.karst.testing.seeded.Sequences;

/** The collections of our own, held against those of the JDK. */
class CollectionsTest {
    /** Few hashes, so that entries push each other around. */
    private static final class Numbered extends Entry {
        private final Integer key;

        Numbered(int key) {
            super(1 + key % 5);
            this.key = key;
        }

        @Override
        Object key() {
            return key;
        }
    }

    @Test
    void aHashTableHoldsWhatAMapHolds() {
        Sequences.<Integer>of(random -> random.nextInt(40)).upTo(200).times(500).obey(toggles -> {
            HashTable<Numbered> table = new HashTable<>();
            Map<Integer, Numbered> expected = new HashMap<>();
            for (int key : toggles) {
                toggle(table, expected, key);
                assertHolds(table, expected);
            }
        });
    }

    @Test
    void aHashTableOverAnotherHoldsWhatItsCopyWouldAndLeavesTheOtherAlone() {
        Sequences.<Integer>of(random -> random.nextInt(40))
                .upTo(60)
                .times(1_000)
                .obey(toggles -> {
                    HashTable<Numbered> below = new HashTable<>();
                    Map<Integer, Numbered> expectedBelow = new HashMap<>();
                    toggles.subList(0, toggles.size() / 2).forEach(key -> toggle(below, expectedBelow, key));

                    HashTable<Numbered> table = new HashTable<>(below, entry -> new Numbered(entry.key));
                    Set<Integer> expected = new HashSet<>(expectedBelow.keySet());
                    for (int key : toggles.subList(toggles.size() / 2, toggles.size())) {
                        Numbered found = table.find(1 + key % 5, key);
                        assertThat(found != null).isEqualTo(expected.contains(key));
                        if (found == null) {
                            table.add(new Numbered(key));
                            expected.add(key);
                        } else {
                            assertThat(found).isNotSameAs(expectedBelow.get(key));
                            table.remove(found);
                            expected.remove(key);
                        }
                        assertThat(table.size()).isEqualTo(expected.size());
                        assertThat(keys(table)).isEqualTo(expected);
                        for (int any = 0; any < 40; any++) {
                            assertThat(table.peek(1 + any % 5, any) != null).isEqualTo(expected.contains(any));
                        }
                    }
                    assertHolds(below, expectedBelow);
                    assertThat(table.snapshot())
                            .hasSize(expected.size())
                            .allMatch(entry -> !expectedBelow.containsValue(entry));
                    assertThat(keys(table)).isEqualTo(expected);
                });
    }

    @Test
    void removingWhatIsNotThereIsRefused() {
        HashTable<Numbered> table = new HashTable<>();
        table.add(new Numbered(1));
        assertThatThrownBy(() -> table.remove(new Numbered(6))).hasMessage("not in the table: 6");
    }

    private static void toggle(HashTable<Numbered> table, Map<Integer, Numbered> expected, int key) {
        Numbered there = expected.remove(key);
        if (there == null) {
            Numbered added = new Numbered(key);
            expected.put(key, added);
            table.add(added);
        } else {
            table.remove(there);
        }
    }

    private static void assertHolds(HashTable<Numbered> table, Map<Integer, Numbered> expected) {
        assertThat(table.size()).isEqualTo(expected.size());
        assertThat(keys(table)).isEqualTo(expected.keySet());
        for (int key = 0; key < 40; key++) {
            assertThat(table.find(1 + key % 5, key)).isSameAs(expected.get(key));
        }
    }

    private static Set<Integer> keys(HashTable<Numbered> table) {
        List<Integer> keys = new ArrayList<>();
        table.forEach(entry -> keys.add(entry.key));
        assertThat(keys).doesNotHaveDuplicates();
        return new HashSet<>(keys);
    }

    @Test
    void sortedKeysAreASortedSet() {
        Sequences.<Integer>of(random -> random.nextInt(20)).upTo(20).times(500).obey(numbers -> {
            SortedSet<Integer> expected = new TreeSet<>(numbers);
            SortedKeys<Integer> keys = SortedKeys.adopt(expected.toArray());
            assertThat((Iterable<Integer>) keys).containsExactlyElementsOf(expected);
            assertThat(keys.equals(expected) && expected.equals(keys)).isTrue();
            assertThat(keys.hashCode()).isEqualTo(expected.hashCode());
            assertThat(keys.first()).isEqualTo(expected.first());
            assertThat(keys.last()).isEqualTo(expected.last());
            for (int from = -1; from <= 20; from++) {
                assertThat(keys.contains(from)).isEqualTo(expected.contains(from));
                assertThat(keys.headSet(from)).isEqualTo(expected.headSet(from));
                assertThat(keys.tailSet(from)).isEqualTo(expected.tailSet(from));
                assertThat(keys.subSet(from, 20)).isEqualTo(expected.subSet(from, 20));
            }
            List<Integer> removed =
                    expected.stream().filter(key -> key % 2 == 0).toList();
            SortedSet<Integer> odd = new TreeSet<>(expected);
            odd.removeAll(Set.copyOf(removed));
            odd.addAll(List.of(101, -5, 33));
            assertThat(keys.with(List.of(101, -5, 33), removed)).isEqualTo(odd);
        });
    }

    @Test
    void sortedKeysDoNotChange() {
        SortedKeys<Integer> keys = SortedKeys.adopt(new Object[] {2, 1});
        assertThatThrownBy(() -> keys.add(3)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> keys.remove(1)).isInstanceOf(UnsupportedOperationException.class);
        keys.toArray()[0] = 7;
        assertThat(keys.first()).isEqualTo(1);
        Set<?> ofAnyType = keys;
        assertThat(ofAnyType.contains("1")).isFalse();
        assertThat(keys.contains(null)).isFalse();
        assertThatThrownBy(SortedKeys.empty()::first).isInstanceOf(NoSuchElementException.class);
    }
}
