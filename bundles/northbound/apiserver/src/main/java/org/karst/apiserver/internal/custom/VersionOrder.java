package org.karst.apiserver.internal.custom;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which version of a group clients prefer (Kubernetes documentation, "Version priority"): v2, v1, v1beta2, v1beta1, v1alpha1, others by name. */
public final class VersionOrder {
    private static final Pattern FORM = Pattern.compile("v(\\d{1,9})(?:(alpha|beta)(\\d{1,9}))?");

    /** The preferred one first. */
    public static final Comparator<String> NEWEST_FIRST = Comparator.comparing(VersionOrder::rank)
            .thenComparing(version -> -number(version, 1))
            .thenComparing(version -> -number(version, 3))
            .thenComparing(Comparator.naturalOrder());

    private VersionOrder() {}

    private static int rank(String version) {
        Matcher form = FORM.matcher(version);
        if (!form.matches()) {
            return 3;
        }
        String stage = form.group(2);
        return stage == null ? 0 : stage.equals("beta") ? 1 : 2;
    }

    private static long number(String version, int group) {
        Matcher form = FORM.matcher(version);
        return form.matches() && form.group(group) != null ? Long.parseLong(form.group(group)) : 0;
    }
}
