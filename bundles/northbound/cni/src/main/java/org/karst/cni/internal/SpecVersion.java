package org.karst.cni.internal;

import java.util.Arrays;
import java.util.List;
import org.karst.cni.internal.CniException.Code;

/** The versions of the CNI specification that Karst speaks, oldest first. */
public enum SpecVersion {
    V0_3_1("0.3.1"),
    V0_4_0("0.4.0"),
    V1_0_0("1.0.0"),
    V1_1_0("1.1.0");

    private final String text;

    SpecVersion(String text) {
        this.text = text;
    }

    /** As written in a configuration. */
    public String text() {
        return text;
    }

    /** All, as text. */
    public static List<String> supported() {
        return Arrays.stream(values()).map(SpecVersion::text).toList();
    }

    /**
     * The version of that text.
     *
     * @throws CniException if Karst does not speak it
     */
    public static SpecVersion of(String text) {
        for (SpecVersion version : values()) {
            if (version.text.equals(text)) {
                return version;
            }
        }
        throw new CniException(
                Code.INCOMPATIBLE_VERSION,
                "CNI version \"" + text + "\" of the network configuration is not supported.",
                "Karst speaks " + String.join(", ", supported()) + ".");
    }

    /** Whether this is that version or a later one. */
    public boolean atLeast(SpecVersion other) {
        return compareTo(other) >= 0;
    }
}
