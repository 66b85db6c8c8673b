package org.karst.shell.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.karst.questions.Answer;
import org.karst.questions.Edit;
import org.karst.questions.QuestionException;
import org.karst.questions.Questions;

/** {@code karst:plan}. */
@Service
@Command(
        scope = "karst",
        name = "plan",
        description =
                "What would follow from a change: flows of each node, connections that are decided otherwise or cut",
        detailedDescription =
                """
                karst:plan -f policy.yaml
                    Objects as they would be created or replaced. The file is read where the server runs.
                karst:plan --delete networkpolicy shop/store
                    An object goes.
                karst:plan --relabel namespace shop team=web tier-
                    A namespace or a pod gets other labels.
                karst:plan --remove-feature network-policy
                    A feature goes for good.
                Nothing is changed by it. Connections that are open now and would be cut are listed too.
                """)
public final class PlanCommand extends QuestionCommand {
    @Option(name = "-f", aliases = "--file", description = "A manifest, YAML or JSON, on the server's machine")
    String file;

    @Option(name = "--delete", description = "An object goes: KIND NAMESPACE/NAME")
    boolean delete;

    @Option(name = "--relabel", description = "Other labels: KIND NAME KEY=VALUE... KEY-...")
    boolean relabel;

    @Option(name = "--remove-feature", description = "A feature goes: NAME", multiValued = true)
    List<String> features = new ArrayList<>();

    @Argument(index = 0, name = "words", description = "What --delete or --relabel is about", multiValued = true)
    List<String> words = new ArrayList<>();

    @Override
    CompletionStage<? extends Answer> ask(Questions asked) {
        List<Edit> edits = new ArrayList<>();
        if (file != null) {
            edits.add(new Edit.Apply(read(file)));
        }
        if (delete && relabel || !delete && !relabel && !words.isEmpty()) {
            throw QuestionException.invalid(
                    "plan wants -f FILE, --delete KIND NAMESPACE/NAME, --relabel KIND NAME KEY=VALUE, or"
                            + " --remove-feature NAME");
        }
        if (delete) {
            edits.add(Edit.delete(words));
        } else if (relabel) {
            edits.add(Edit.relabel(words));
        }
        features.forEach(name -> edits.add(new Edit.RemoveFeature(name)));
        return asked.plan(edits);
    }

    private static String read(String name) {
        try {
            return Files.readString(Path.of(name));
        } catch (IOException e) {
            throw QuestionException.invalid(
                    "the server cannot read " + Path.of(name).toAbsolutePath() + ": " + e.getMessage());
        }
    }
}
