package org.karst.pipeline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.karst.model.Document;
import org.karst.pipeline.AuditRecord.Severity;
import org.karst.pipeline.AuditRecord.Verdict;

/**
 * What the owner of an object wants to be told of decisions: the annotation {@code k8s.ovn.org/acl-logging}, of namespaces and of cluster
 * policies.
 *
 * @param severities how urgent a verdict is; nobody wants to know of those that are missing
 * @param problems sentences about what the annotation says and nobody understands
 */
public record AuditLogging(Map<Verdict, Severity> severities, List<String> problems) {
    public static final String ANNOTATION = "k8s.ovn.org/acl-logging";

    public static final AuditLogging OFF = new AuditLogging(Map.of(), List.of());

    public AuditLogging {
        Map<Verdict, Severity> sorted = new EnumMap<>(Verdict.class);
        sorted.putAll(severities);
        severities = Collections.unmodifiableMap(sorted);
        problems = List.copyOf(problems);
    }

    /** Whether anything is wanted to be told. */
    public boolean isOn() {
        return !severities.isEmpty();
    }

    /** How urgent a verdict is; empty if nobody wants to know. */
    public Optional<Severity> of(Verdict verdict) {
        return Optional.ofNullable(severities.get(verdict));
    }

    /**
     * Reads the annotation of an object. A key that makes no sense is off; what is no JSON at all is off as a whole.
     *
     * @param verdicts those that such an object can speak of; other keys are not read
     */
    public static AuditLogging decode(Document object, Set<Verdict> verdicts) {
        List<String> problems = new ArrayList<>();
        Map<Verdict, Severity> severities = new EnumMap<>(Verdict.class);
        try {
            Document annotation = object.embedded("metadata", "annotations", ANNOTATION);
            for (Verdict verdict : verdicts) {
                severity(annotation, key(verdict), problems).ifPresent(found -> severities.put(verdict, found));
            }
            return new AuditLogging(severities, problems);
        } catch (IllegalArgumentException e) {
            return new AuditLogging(
                    Map.of(),
                    List.of("annotation " + ANNOTATION + ": " + e.getMessage()
                            + "; nothing is logged. It has the form {\"deny\":\"alert\",\"allow\":\"notice\"}"));
        }
    }

    private static String key(Verdict verdict) {
        return switch (verdict) {
            case ALLOW -> "allow";
            case DROP -> "deny";
            case PASS -> "pass";
        };
    }

    private static Optional<Severity> severity(Document annotation, String key, List<String> problems) {
        String name = annotation.text(key);
        Optional<Severity> severity = Severity.find(name);
        if (severity.isEmpty() && !name.isEmpty()) {
            problems.add("annotation " + ANNOTATION + ": " + key + " is '" + name + "', which is none of "
                    + Arrays.stream(Severity.values()).map(Severity::toString).collect(Collectors.joining(", "))
                    + "; nothing is logged for it");
        }
        return severity;
    }
}
