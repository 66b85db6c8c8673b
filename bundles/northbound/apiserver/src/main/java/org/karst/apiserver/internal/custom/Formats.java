package org.karst.apiserver.internal.custom;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.karst.apiserver.internal.resource.Rule;

/** The values of {@code format} that are checked; any other says nothing, as in Kubernetes. */
final class Formats {
    private static final Pattern UUID =
            Pattern.compile("(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}");
    private static final Pattern MAC = Pattern.compile("(?i)[0-9a-f]{2}([:-][0-9a-f]{2}){5}");
    private static final Map<String, Predicate<String>> KNOWN = Map.of(
            "date-time", Formats::isDateTime,
            "datetime", Formats::isDateTime,
            "date", Formats::isDate,
            "ipv4", text -> text.indexOf(':') < 0 && Rule.isAddress(text),
            "ipv6", text -> text.indexOf(':') >= 0 && Rule.isAddress(text),
            "cidr", Rule::isCidr,
            "mac", text -> MAC.matcher(text).matches(),
            "uuid", text -> UUID.matcher(text).matches(),
            "byte", Formats::isBase64);

    private Formats() {}

    static boolean accepts(String format, String text) {
        return KNOWN.getOrDefault(format, any -> true).test(text);
    }

    private static boolean isDateTime(String text) {
        try {
            return OffsetDateTime.parse(text) != null;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean isDate(String text) {
        try {
            return LocalDate.parse(text) != null;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean isBase64(String text) {
        try {
            return Base64.getDecoder().decode(text) != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
