package org.karst.bench.boot;

import java.util.List;
import java.util.Locale;

/**
 * One line of a benchmark's answer.
 *
 * @param what the measured thing
 * @param unit unit of the two figures
 * @param karst figure of Karst
 * @param peer figure of what it is compared with, in the same run
 * @param bar what must hold, in words
 * @param met whether it holds
 */
record Row(String what, String unit, double karst, double peer, String bar, boolean met) {

    double ratio() {
        return karst / peer;
    }

    static String json(List<Row> rows) {
        StringBuilder text = new StringBuilder("{\"rows\":[");
        String separator = "";
        for (Row row : rows) {
            text.append(separator)
                    .append(String.format(
                            Locale.ROOT,
                            "{\"what\":\"%s\",\"unit\":\"%s\",\"karst\":%.3f,\"peer\":%.3f,\"ratio\":%.3f,\"bar\":\"%s\",\"met\":%b}",
                            row.what,
                            row.unit,
                            row.karst,
                            row.peer,
                            row.ratio(),
                            row.bar,
                            row.met));
            separator = ",";
        }
        return text.append("]}").toString();
    }

    static String table(List<Row> rows, String peerName) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%-44s %5s %9s %9s %7s  %-22s %s%n",
                "what",
                "unit",
                "karst",
                peerName,
                "ratio",
                "bar",
                "met"));
        for (Row row : rows) {
            text.append(String.format(
                    Locale.ROOT,
                    "%-44s %5s %9.2f %9.2f %7.2f  %-22s %s%n",
                    row.what,
                    row.unit,
                    row.karst,
                    row.peer,
                    row.ratio(),
                    row.bar,
                    row.met ? "yes" : "NO"));
        }
        return text.toString();
    }
}
