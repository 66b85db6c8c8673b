package org.karst.ovsdb.internal;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.karst.ovsdb.Datum;

/**
 * A bridge as it should be; what is not named here is not ours to judge.
 *
 * @param columns of the row, other than maps and references
 * @param otherConfig entries that must be there
 * @param externalIds entries that must be there
 * @param controllers the columns of each controller, which are ours alone
 */
public record WantedBridge(
        String name,
        SortedMap<String, Datum> columns,
        SortedMap<String, String> otherConfig,
        SortedMap<String, String> externalIds,
        List<SortedMap<String, Datum>> controllers) {

    public WantedBridge {
        columns = sorted(columns);
        otherConfig = sorted(otherConfig);
        externalIds = sorted(externalIds);
        controllers = controllers.stream().map(WantedBridge::sorted).toList();
    }

    /** The same with more entries of external_ids. */
    WantedBridge with(SortedMap<String, String> entries) {
        if (entries.isEmpty()) {
            return this;
        }
        TreeMap<String, String> all = new TreeMap<>(entries);
        all.putAll(externalIds);
        return new WantedBridge(name, columns, otherConfig, all, controllers);
    }

    static <V> SortedMap<String, V> sorted(SortedMap<String, V> map) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(map));
    }
}
