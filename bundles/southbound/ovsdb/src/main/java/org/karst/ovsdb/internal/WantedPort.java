package org.karst.ovsdb.internal;

import java.util.SortedMap;
import org.karst.ovsdb.Datum;

/**
 * A port with its one interface as it should be; what is not named here is not ours to judge.
 *
 * @param bridge on which it is
 * @param name of port and interface
 * @param portColumns of the port's row, other than maps and references
 * @param columns of the interface's row, other than maps
 * @param options of the interface, all of them
 * @param externalIds entries of the interface that must be there
 */
public record WantedPort(
        String bridge,
        String name,
        SortedMap<String, Datum> portColumns,
        SortedMap<String, Datum> columns,
        SortedMap<String, String> options,
        SortedMap<String, String> externalIds) {

    public WantedPort {
        portColumns = WantedBridge.sorted(portColumns);
        columns = WantedBridge.sorted(columns);
        options = WantedBridge.sorted(options);
        externalIds = WantedBridge.sorted(externalIds);
    }
}
