package org.karst.apiserver.internal.resource;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.karst.apiserver.internal.storage.Attributes;

/** Label and field selectors as they stand in queries (apimachinery {@code labels.Parse}, {@code fields.ParseSelector}). */
public final class Selectors implements Predicate<Attributes> {
    private static final Pattern SET = Pattern.compile("\\s*(\\S+)\\s+(in|notin)\\s*\\(([^()]*)\\)\\s*");
    private static final Pattern EQUALITY =
            Pattern.compile("\\s*([^\\s=!<>()]+)\\s*(==|=|!=|>|<)\\s*([^\\s=!<>()]*)\\s*");
    private static final Pattern EXISTENCE = Pattern.compile("\\s*(!?)\\s*([^\\s=!<>()]+)\\s*");
    private static final Pattern FIELD = Pattern.compile("\\s*([^\\s=!]+)\\s*(==|=|!=)(.*)");

    private final List<Predicate<Attributes>> terms;

    private Selectors(List<Predicate<Attributes>> terms) {
        this.terms = List.copyOf(terms);
    }

    /** Whether it accepts everything, so that nobody has to look into an object. */
    public boolean acceptsAll() {
        return terms.isEmpty();
    }

    @Override
    public boolean test(Attributes attributes) {
        for (Predicate<Attributes> term : terms) {
            if (!term.test(attributes)) {
                return false;
            }
        }
        return true;
    }

    /** Both selectors of a query together. */
    public static Selectors parse(ResourceDefinition type, String labels, String fields) {
        List<Predicate<Attributes>> terms = new ArrayList<>();
        split(labels).forEach(term -> terms.add(labelTerm(term)));
        split(fields).forEach(term -> terms.add(fieldTerm(type, term)));
        return new Selectors(terms);
    }

    /** A selector of an object as one line (apimachinery {@code metav1.FormatLabelSelector}). */
    static String text(JsonNode selector) {
        SortedMap<String, String> terms = new TreeMap<>();
        Json.strings(selector.path("matchLabels")).forEach((key, value) -> terms.put(key, key + '=' + value));
        for (JsonNode expression : selector.path("matchExpressions")) {
            String key = Json.text(expression.path("key"));
            List<String> values = new ArrayList<>();
            expression.path("values").forEach(value -> values.add(Json.text(value)));
            Collections.sort(values);
            String among = '(' + String.join(",", values) + ')';
            String term =
                    switch (Json.text(expression.path("operator"))) {
                        case "In" -> key + " in " + among;
                        case "NotIn" -> key + " notin " + among;
                        case "Exists" -> key;
                        case "DoesNotExist" -> '!' + key;
                        default -> "<error>";
                    };
            terms.merge(key, term, (one, other) -> one + ',' + other);
        }
        return terms.isEmpty() ? "<none>" : String.join(",", terms.values());
    }

    /** Splits at commas outside parentheses. */
    private static List<String> split(String selector) {
        List<String> terms = new ArrayList<>();
        int depth = 0;
        int from = 0;
        for (int i = 0; i < selector.length(); i++) {
            char c = selector.charAt(i);
            if (c == '(') {
                depth++;
            } else if (c == ')') {
                depth--;
            } else if (c == ',' && depth == 0) {
                terms.add(selector.substring(from, i));
                from = i + 1;
            }
        }
        terms.add(selector.substring(from));
        terms.removeIf(String::isBlank);
        return terms;
    }

    private static Predicate<Attributes> labelTerm(String term) {
        Matcher set = SET.matcher(term);
        if (set.matches()) {
            String key = key(set.group(1));
            Set<String> values = new TreeSet<>();
            for (String value : set.group(3).split(",", -1)) {
                values.add(value(key, value.strip()));
            }
            boolean in = set.group(2).equals("in");
            return attributes -> {
                String own = attributes.labels().get(key);
                return in ? own != null && values.contains(own) : own == null || !values.contains(own);
            };
        }
        Matcher equality = EQUALITY.matcher(term);
        if (equality.matches()) {
            return comparison(key(equality.group(1)), equality.group(2), equality.group(3));
        }
        Matcher existence = EXISTENCE.matcher(term);
        if (existence.matches()) {
            String key = key(existence.group(2));
            boolean absent = !existence.group(1).isEmpty();
            return attributes -> attributes.labels().containsKey(key) != absent;
        }
        throw Rejection.badRequest("unable to parse requirement: " + term.strip());
    }

    private static Predicate<Attributes> comparison(String key, String operator, String operand) {
        String value = value(key, operand);
        return switch (operator) {
            case "!=" -> attributes -> !value.equals(attributes.labels().get(key));
            case ">", "<" -> numeric(key, operator.equals(">"), value);
            default -> attributes -> value.equals(attributes.labels().get(key));
        };
    }

    private static Predicate<Attributes> numeric(String key, boolean greater, String operand) {
        if (!isInteger(operand)) {
            throw Rejection.badRequest("unable to parse requirement: values[0]: Invalid value: \"" + operand
                    + "\": for 'Gt', 'Lt' operators, the value must be an integer");
        }
        long bound = Long.parseLong(operand);
        return attributes -> {
            String own = attributes.labels().get(key);
            if (own == null || !isInteger(own)) {
                return false;
            }
            return greater ? Long.parseLong(own) > bound : Long.parseLong(own) < bound;
        };
    }

    private static boolean isInteger(String text) {
        return text.matches("-?\\d{1,18}");
    }

    private static String key(String key) {
        List<String> faults = Names.checkQualified(key);
        if (!faults.isEmpty()) {
            throw Rejection.badRequest(
                    "unable to parse requirement: <nil>: Invalid value: \"" + key + "\": " + String.join("; ", faults));
        }
        return key;
    }

    private static String value(String key, String value) {
        List<String> faults = Names.checkLabelValue(value);
        if (!faults.isEmpty()) {
            throw Rejection.badRequest("unable to parse requirement: values[0][" + key + "]: Invalid value: \"" + value
                    + "\": " + String.join("; ", faults));
        }
        return value;
    }

    private static Predicate<Attributes> fieldTerm(ResourceDefinition type, String term) {
        Matcher match = FIELD.matcher(term);
        if (!match.matches()) {
            throw Rejection.badRequest("unable to parse field selector: invalid selector: '" + term
                    + "'; can't understand '" + term + "'");
        }
        String field = match.group(1);
        boolean known = field.equals("metadata.name")
                || (field.equals("metadata.namespace") && type.has(Trait.NAMESPACED))
                || type.fields().contains(field);
        if (!known) {
            throw Rejection.badRequest(
                    type.fields().isEmpty() && type.has(Trait.NAMESPACED)
                            ? '"' + field
                                    + "\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
                            : "field label not supported: " + field);
        }
        String value = match.group(3).strip();
        boolean wanted = !match.group(2).equals("!=");
        return attributes -> value.equals(attributes.fields().getOrDefault(field, "")) == wanted;
    }
}
