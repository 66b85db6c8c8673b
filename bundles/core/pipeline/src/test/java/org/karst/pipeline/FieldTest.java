package org.karst.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** The table against the manual page that it is taken from, where Open vSwitch's pages are installed. */
class FieldTest {
    private static final Path PAGE = Path.of("/usr/share/man/man7/ovs-fields.7.gz");
    private static final Pattern NUMBER = Pattern.compile(
            "(NXM_OF|NXM_NX|OXM_OF_PKT_REG|OXM_OF|ERICOXM_OF|NXOXM_ET|NXOXM_NSH|ONFOXM_ET)_?\\w*\\\\fR \\((\\d+)\\)");
    private static final Pattern NAME = Pattern.compile("Name:;\\\\fB(\\w+)\\\\fR");
    private static final Pattern WIDTH =
            Pattern.compile("Width:;(\\d+) bits(?: \\(only the least-significant (\\d+))?");
    private static final Pattern NOT_MASKABLE = Pattern.compile("Masking:;not maskable");
    private static final Pattern WRITABLE = Pattern.compile("Access:;read/write");

    /** What is another here: names that have an older twin, and what a switch keeps for itself. */
    private static final Map<String, String> KNOWN = Map.of(
            "tun_metadata0", "992 bits, 128 here",
            "vlan_vid", "12 bits, 13 here",
            "in_port_oxm", "writable true",
            "ip_src", "not here",
            "ip_dst", "not here",
            "skb_priority", "not here");

    @Test
    void isThatOfTheManualPage() throws IOException {
        assumeTrue(Files.isReadable(PAGE), "no manual page of ovs-fields");
        Map<String, String> differences = new TreeMap<>();
        List<String> sections = sections();
        assertThat(sections.size()).isGreaterThan(80);
        for (String section : sections) {
            String name = first(NAME, section);
            Field.find(name).map(field -> difference(field, section)).or(() -> Optional.of("not here")).stream()
                    .filter(difference -> !difference.isEmpty())
                    .forEach(difference -> differences.put(name, difference));
        }
        assertThat(differences).isEqualTo(new TreeMap<>(KNOWN));
    }

    private static String difference(Field field, String section) {
        Matcher width = WIDTH.matcher(section);
        assertThat(width.find()).as(section).isTrue();
        int bits = Integer.parseInt(width.group(width.group(2) == null ? 1 : 2));
        if (field.bits() != bits) {
            return bits + " bits, " + field.bits() + " here";
        }
        boolean maskable = !NOT_MASKABLE.matcher(section).find();
        if (field.maskable() != maskable) {
            return "maskable " + maskable;
        }
        boolean writable = WRITABLE.matcher(section).find();
        if (field.writable() != writable) {
            return "writable " + writable;
        }
        boolean numbered = NUMBER.matcher(section).results().anyMatch(number -> {
            String fieldClass = number.group(1);
            return Integer.parseInt(number.group(2)) == field.number()
                    && field.fieldClass() == fieldClass(fieldClass, field.fieldClass());
        });
        return numbered ? "" : "has no " + field.fieldClass() + " " + field.number();
    }

    private static Field.FieldClass fieldClass(String written, Field.FieldClass otherwise) {
        return switch (written) {
            case "NXM_OF" -> Field.FieldClass.NXM_OF;
            case "NXM_NX" -> Field.FieldClass.NXM_NX;
            case "OXM_OF" -> Field.FieldClass.OXM_OF;
            case "NXOXM_ET" -> Field.FieldClass.NICIRA;
            case "NXOXM_NSH" -> Field.FieldClass.NSH;
            default -> otherwise;
        };
    }

    private static String first(Pattern pattern, String section) {
        Matcher matcher = pattern.matcher(section);
        assertThat(matcher.find()).as(section).isTrue();
        return matcher.group(1);
    }

    /** From the line with a field's name to the end of its table. */
    private static List<String> sections() throws IOException {
        try (InputStream page = new GZIPInputStream(Files.newInputStream(PAGE))) {
            String text = new String(page.readAllBytes(), StandardCharsets.UTF_8);
            return Pattern.compile("^Name:;.*?^\\.TE", Pattern.MULTILINE | Pattern.DOTALL)
                    .matcher(text)
                    .results()
                    .map(MatchResult::group)
                    .toList();
        }
    }
}
