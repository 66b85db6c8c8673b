package org.karst.apiserver.internal.resource;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The forms that names take (apimachinery {@code util/validation}; RFC 1123, RFC 1035). Each check returns what is wrong, or nothing. */
public enum Names {
    /** RFC 1123 subdomain: most objects. */
    SUBDOMAIN {
        @Override
        public List<String> check(String name) {
            return faults(name, 253, SUBDOMAIN_FORM, SUBDOMAIN_RULE);
        }
    },
    /** RFC 1123 label: namespaces. */
    LABEL {
        @Override
        public List<String> check(String name) {
            return faults(name, 63, LABEL_FORM, LABEL_RULE);
        }
    },
    /** RFC 1035 label: services. */
    LABEL_1035 {
        @Override
        public List<String> check(String name) {
            return faults(name, 63, LABEL_1035_FORM, LABEL_1035_RULE);
        }
    },
    /** Anything that can stand in a path. */
    PATH_SEGMENT {
        @Override
        public List<String> check(String name) {
            if (name.equals(".") || name.equals("..")) {
                return List.of("may not be '" + name + "'");
            }
            List<String> wrong = new ArrayList<>();
            for (String illegal : List.of("/", "%")) {
                if (name.contains(illegal)) {
                    wrong.add("may not contain '" + illegal + "'");
                }
            }
            return wrong;
        }
    };

    private static final String LABEL_PART = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final String QUALIFIED_PART = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
    private static final Pattern SUBDOMAIN_FORM = Pattern.compile("[a-z0-9]([-.a-z0-9]*[a-z0-9])?");
    private static final Pattern LABEL_FORM = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
    private static final Pattern LABEL_1035_FORM = Pattern.compile("[a-z]([-a-z0-9]*[a-z0-9])?");
    private static final Pattern QUALIFIED_FORM = Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?");

    private static final String SUBDOMAIN_RULE =
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric"
                    + " characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex"
                    + " used for validation is '" + LABEL_PART + "(\\." + LABEL_PART + ")*')";
    private static final String LABEL_RULE = "a lowercase RFC 1123 label must consist of lower case alphanumeric"
            + " characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc',"
            + " regex used for validation is '" + LABEL_PART + "')";
    private static final String LABEL_1035_RULE =
            "a DNS-1035 label must consist of lower case alphanumeric characters or"
                    + " '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or"
                    + " 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
    private static final String QUALIFIED_RULE =
            "must consist of alphanumeric characters, '-', '_' or '.', and must start"
                    + " and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for"
                    + " validation is '" + QUALIFIED_PART + "')";
    private static final String VALUE_RULE =
            "a valid label must be an empty string or consist of alphanumeric characters,"
                    + " '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value', "
                    + " or '12345', regex used for validation is '(" + QUALIFIED_PART + ")?')";

    /** What is wrong with a name of this form; empty if nothing. */
    public abstract List<String> check(String name);

    static List<String> faults(String name, int longest, Pattern form, String rule) {
        List<String> wrong = new ArrayList<>();
        if (name.length() > longest) {
            wrong.add("must be no more than " + longest + " characters");
        }
        boolean dotted = form == SUBDOMAIN_FORM;
        if (!form.matcher(name).matches() || (dotted && !labelsEndWell(name))) {
            wrong.add(rule);
        }
        return wrong;
    }

    /** Every label of a subdomain begins and ends with a letter or digit; checked by hand because a nested repetition backtracks. */
    private static boolean labelsEndWell(String name) {
        return !name.contains("..") && !name.contains(".-") && !name.contains("-.");
    }

    /** What is wrong with the key of a label or annotation. */
    public static List<String> checkQualified(String key) {
        List<String> wrong = new ArrayList<>();
        String[] parts = key.split("/", -1);
        if (parts.length > 2) {
            return List.of("a qualified name " + QUALIFIED_RULE
                    + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
        }
        if (parts.length == 2) {
            if (parts[0].isEmpty()) {
                wrong.add("prefix part must be non-empty");
            } else {
                SUBDOMAIN.check(parts[0]).forEach(fault -> wrong.add("prefix part " + fault));
            }
        }
        String name = parts[parts.length - 1];
        if (name.isEmpty()) {
            wrong.add("name part must be non-empty");
        } else if (name.length() > 63) {
            wrong.add("name part must be no more than 63 characters");
        }
        if (!QUALIFIED_FORM.matcher(name).matches()) {
            wrong.add("name part " + QUALIFIED_RULE);
        }
        return wrong;
    }

    /** What is wrong with the value of a label. */
    public static List<String> checkLabelValue(String value) {
        List<String> wrong = new ArrayList<>();
        if (value.length() > 63) {
            wrong.add("must be no more than 63 characters");
        }
        if (!value.isEmpty() && !QUALIFIED_FORM.matcher(value).matches()) {
            wrong.add(VALUE_RULE);
        }
        return wrong;
    }
}
