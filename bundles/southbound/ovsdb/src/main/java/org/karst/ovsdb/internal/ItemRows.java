package org.karst.ovsdb.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.karst.ovsdb.Atom;
import org.karst.ovsdb.Datum;
import org.karst.ovsdb.Row;
import org.karst.pipeline.BridgeItem;
import org.karst.pipeline.Interface;
import org.karst.pipeline.PortItem;

/** From the core's words to the database's and back. */
final class ItemRows {
    private ItemRows() {}

    static WantedBridge wanted(BridgeItem item) {
        SortedMap<String, Datum> columns = new TreeMap<>();
        columns.put("fail_mode", textOrNone(item.failMode()));
        columns.put("datapath_type", Datum.text(item.datapathType()));
        columns.put(
                "protocols",
                new Datum.AtomSet(
                        item.protocols().stream().<Atom>map(Atom.Text::new).toList()));
        List<SortedMap<String, Datum>> controllers = new ArrayList<>();
        for (String target : item.controllers()) {
            SortedMap<String, Datum> controller = new TreeMap<>();
            controller.put("target", Datum.text(target));
            // in-band would let the bridge forward the connection past our flows
            controller.put("connection_mode", Datum.text("out-of-band"));
            // milliseconds, the least that the switch takes; with its default it looks for a restarted server only
            // every 8 s
            controller.put("max_backoff", Datum.integer(1000));
            controllers.add(controller);
        }
        return new WantedBridge(item.name(), columns, item.otherConfig(), item.externalIds(), controllers);
    }

    static WantedPort wanted(PortItem item) {
        SortedMap<String, Datum> columns = new TreeMap<>();
        columns.put("type", Datum.text(item.type()));
        columns.put("mac", item.mac().map(mac -> Datum.text(mac.toString())).orElse(Datum.none()));
        columns.put("mtu_request", item.mtu() == 0 ? Datum.none() : Datum.integer(item.mtu()));
        return new WantedPort(item.bridge(), item.name(), new TreeMap<>(), columns, item.options(), item.externalIds());
    }

    private static Datum textOrNone(String text) {
        return text.isEmpty() ? Datum.none() : Datum.text(text);
    }

    /** What the switch says about an interface. */
    static Interface fact(SwitchRows rows, Row face) {
        return new Interface(
                rows.bridgeOfInterface(face)
                        .flatMap(bridge -> bridge.text("name"))
                        .orElse(""),
                face.text("type").orElse(""),
                SwitchRows.number(face),
                face.integer("mtu").map(Math::toIntExact).orElse(0),
                face.text("error").orElse(""),
                face.textMap(SwitchRows.EXTERNAL_IDS));
    }

    /** What stands for an interface that could not be made. */
    static Interface failed(String sentence) {
        return new Interface("", "", 0, 0, sentence, new TreeMap<>());
    }
}
