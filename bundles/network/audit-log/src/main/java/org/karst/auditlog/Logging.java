package org.karst.auditlog;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.karst.model.Document;
import org.karst.pipeline.AuditRecord.Severity;
import org.karst.pipeline.AuditRecord.Verdict;

/**
 * What a namespace wants to be told of the decisions about its pods: the annotation {@code k8s.ovn.org/acl-logging}.
 *
 * @param deny how urgent what is denied is; empty if nobody wants to know
 * @param allow the same of what is allowed
 * @param problems sentences about what the annotation says and nobody understands
 */
record Logging(Optional<Severity> deny, Optional<Severity> allow, List<String> problems) {
    static final String ANNOTATION = "k8s.ovn.org/acl-logging";

    static final Logging OFF = new Logging(Optional.empty(), Optional.empty(), List.of());

    Logging {
        Objects.requireNonNull(deny, "deny");
        Objects.requireNonNull(allow, "allow");
        problems = List.copyOf(problems);
    }

    /** Whether anything is wanted to be told. */
    boolean isOn() {
        return deny.isPresent() || allow.isPresent();
    }

    /** How urgent a verdict is; empty if nobody wants to know. */
    Optional<Severity> of(Verdict verdict) {
        return switch (verdict) {
            case ALLOW -> allow;
            case DROP -> deny;
            case PASS -> Optional.empty();
        };
    }

    /** Reads the annotation of an object. A key that makes no sense is off; what is no JSON at all is off as a whole. */
    static Logging decode(Document object) {
        List<String> problems = new ArrayList<>();
        try {
            Document annotation = object.embedded("metadata", "annotations", ANNOTATION);
            return new Logging(
                    severity(annotation, "deny", problems), severity(annotation, "allow", problems), problems);
        } catch (IllegalArgumentException e) {
            return new Logging(
                    Optional.empty(),
                    Optional.empty(),
                    List.of("annotation " + ANNOTATION + ": " + e.getMessage()
                            + "; nothing is logged. It has the form {\"deny\":\"alert\",\"allow\":\"notice\"}"));
        }
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
