package org.karst.apiserver.internal.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** One rule of validation. Rules are pure and see the whole object, with its former state on updates. */
@FunctionalInterface
public interface Rule {
    /** Reports each fault to {@code findings}. */
    void check(ObjectNode object, Optional<ObjectNode> before, Consumer<Finding> findings);

    /** A field that must be there and not be empty. */
    static Rule required(String path, String why) {
        return (object, before, findings) -> {
            JsonNode value = Json.at(object, path);
            boolean empty =
                    value.isContainerNode() ? value.isEmpty() : Json.text(value).isEmpty();
            if (empty) {
                findings.accept(Finding.required(path, why));
            }
        };
    }

    /** A field that, once it has a value, keeps it. */
    static Rule immutableOnceSet(String path, String why) {
        return (object, before, findings) -> {
            JsonNode old = before.map(former -> Json.at(former, path)).orElse(null);
            boolean wasSet = old != null && !old.isMissingNode() && !(old.isContainerNode() && old.isEmpty());
            if (wasSet && !old.equals(Json.at(object, path))) {
                findings.accept(Finding.forbidden(path, why));
            }
        };
    }

    /** A field with a fixed set of values. */
    static Rule oneOf(String path, List<String> supported) {
        return (object, before, findings) -> {
            JsonNode value = Json.at(object, path);
            if (value.isTextual() && !supported.contains(value.textValue())) {
                findings.accept(Finding.unsupported(path, value, supported));
            }
        };
    }

    /** A number that must be greater than a bound, if it is there. */
    static Rule greaterThan(String path, long bound) {
        return (object, before, findings) -> {
            JsonNode value = Json.at(object, path);
            if (value.isNumber() && value.asLong() <= bound) {
                findings.accept(Finding.invalid(path, value, "must be greater than " + bound));
            }
        };
    }

    /** A number that must be there, within bounds. */
    static Rule within(String path, long least, long most) {
        Rule bounds = withinIfThere(path, least, most);
        return (object, before, findings) -> {
            if (Json.at(object, path).isMissingNode()) {
                findings.accept(Finding.required(path, ""));
            }
            bounds.check(object, before, findings);
        };
    }

    /** A number that must be within bounds, if it is there. */
    static Rule withinIfThere(String path, long least, long most) {
        return (object, before, findings) -> {
            JsonNode value = Json.at(object, path);
            if (value.isNumber() && (value.asLong() < least || value.asLong() > most)) {
                findings.accept(
                        Finding.invalid(path, value, "must be between " + least + " and " + most + ", inclusive"));
            }
        };
    }

    /** A number that must be less than another, if both are there. */
    static Rule less(String path, String other) {
        return (object, before, findings) -> {
            JsonNode value = Json.at(object, path);
            JsonNode bound = Json.at(object, other);
            if (value.isNumber() && bound.isNumber() && value.asLong() >= bound.asLong()) {
                findings.accept(Finding.invalid(path, value, "must be less than " + other));
            }
        };
    }

    /** A list whose length must be within bounds, if it is there. */
    static Rule sized(String path, int least, int most) {
        return (object, before, findings) -> {
            JsonNode list = Json.at(object, path);
            if (list.isArray() && (list.size() < least || list.size() > most)) {
                findings.accept(Finding.invalid(path, list.size(), "must have " + least + " to " + most + " entries"));
            }
        };
    }

    /** An object that must have exactly one field, if it is there; "" is the whole. */
    static Rule exactlyOneField(String path) {
        return (object, before, findings) -> {
            JsonNode value = path.isEmpty() ? object : Json.at(object, path);
            if (value.isObject() && value.size() != 1) {
                findings.accept(Finding.invalid(path, value, "must have exactly one field"));
            }
        };
    }

    /** Texts that must have a form: the field itself or each element of the list in it. */
    static Rule texts(String path, Predicate<String> form, String why) {
        return (object, before, findings) -> {
            JsonNode value = Json.at(object, path);
            if (value.isTextual() && !form.test(value.textValue())) {
                findings.accept(Finding.invalid(path, value, why));
            }
            for (int i = 0; i < value.size() && value.isArray(); i++) {
                if (!form.test(Json.text(value.get(i)))) {
                    findings.accept(Finding.invalid(path + '[' + i + ']', value.get(i), why));
                }
            }
        };
    }

    /** Runs rules on each element of a list of objects; their paths begin at the element. */
    static Rule each(String path, List<Rule> rules) {
        return (object, before, findings) -> {
            JsonNode list = Json.at(object, path);
            for (int i = 0; i < list.size() && list.isArray(); i++) {
                String prefix = path + '[' + i + ']';
                if (list.get(i) instanceof ObjectNode element) {
                    Consumer<Finding> inElement = finding -> findings.accept(new Finding(
                            prefix + (finding.field().isEmpty() ? "" : '.' + finding.field()),
                            finding.reason(),
                            finding.message()));
                    rules.forEach(rule -> rule.check(element, Optional.empty(), inElement));
                }
            }
        };
    }

    /** The values of one field of the elements of a list must differ. */
    static Rule distinct(String path, String field) {
        return (object, before, findings) -> {
            JsonNode list = Json.at(object, path);
            java.util.Set<JsonNode> seen = new java.util.HashSet<>();
            for (int i = 0; i < list.size() && list.isArray(); i++) {
                JsonNode value = list.get(i).path(field);
                if (!value.isMissingNode() && !seen.add(value)) {
                    findings.accept(Finding.duplicate(path + '[' + i + "]." + field, value));
                }
            }
        };
    }

    /** A name of a form, if it is there. */
    static Rule named(String path, Names form) {
        return (object, before, findings) -> {
            JsonNode value = Json.at(object, path);
            if (value.isTextual() && !value.textValue().isEmpty()) {
                form.check(value.textValue()).forEach(fault -> findings.accept(Finding.invalid(path, value, fault)));
            }
        };
    }

    /** Whether a text is an IPv4 or IPv6 address. */
    static boolean isAddress(String text) {
        if (!Forms.ADDRESS.matcher(text).matches() || text.length() > 45) {
            return false;
        }
        try {
            // The form admits numeric addresses only, so nothing is resolved.
            return InetAddress.getByName(text) != null;
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** Whether a text is an IPv4 or IPv6 prefix. */
    static boolean isCidr(String text) {
        int slash = text.indexOf('/');
        if (slash < 0
                || !isAddress(text.substring(0, slash))
                || !Forms.LENGTH.matcher(text.substring(slash + 1)).matches()) {
            return false;
        }
        return Integer.parseInt(text.substring(slash + 1)) <= (text.indexOf(':') < 0 ? 32 : 128);
    }

    /** Patterns of this interface, which cannot have private constants. */
    final class Forms {
        private static final Pattern ADDRESS =
                Pattern.compile("(\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3})|([0-9a-fA-F:]*:[0-9a-fA-F:.]*)");
        private static final Pattern LENGTH = Pattern.compile("\\d{1,3}");

        private Forms() {}
    }
}
