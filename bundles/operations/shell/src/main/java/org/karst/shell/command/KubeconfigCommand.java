package org.karst.shell.command;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.karst.apiserver.Accounts;
import org.karst.apiserver.Role;
import org.karst.questions.QuestionException;

/** {@code karst:kubeconfig}: the one command that asks nothing of the controller, but lets somebody in. */
@Service
@Command(
        scope = "karst",
        name = "kubeconfig",
        description = "Writes a kubeconfig for somebody, with a certificate and a role of its own",
        detailedDescription =
                """
                karst:kubeconfig --role viewer anna /root/anna.kubeconfig
                    anna may see everything and change nothing.
                karst:kubeconfig --role node --days 30 node-a /root/node-a.kubeconfig
                    What runs on node-a may see pods and write what concerns its node.
                The file has mode 0600. A certificate cannot be taken back before its end.
                """)
public final class KubeconfigCommand implements Action {
    private static final Pattern WHOLE_NUMBER = Pattern.compile("\\d{1,5}");

    @Reference(optional = true)
    Accounts accounts;

    @Option(name = "--role", description = "admin, viewer or node")
    @Completion(
            value = StringsCompleter.class,
            values = {"admin", "node", "viewer"})
    String role = "viewer";

    @Option(name = "--days", description = "How long the certificate lives")
    String days = "365";

    @Argument(index = 0, name = "name", description = "The name of the user, or of the node", required = true)
    String name;

    @Argument(index = 1, name = "file", description = "Where to write it; a new file", required = true)
    String file;

    @Override
    public Object execute() {
        if (accounts == null) {
            throw QuestionException.invalid(
                    "the API server is not Karst's own here; the cluster's own tools make kubeconfigs for it");
        }
        try {
            Path path = Path.of(file);
            Role given = Role.parse(role);
            if (!WHOLE_NUMBER.matcher(days).matches()) {
                throw QuestionException.invalid("--days is a whole number, not '" + days + "'");
            }
            accounts.issue(path, name, given, Duration.ofDays(Integer.parseInt(days)));
            System.out.println(path.toAbsolutePath() + " lets " + name + " in as " + given + " for " + days + " days");
            return null;
        } catch (IllegalArgumentException | IOException e) {
            throw QuestionException.invalid(e.getMessage());
        }
    }
}
