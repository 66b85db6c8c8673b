package org.karst.shell.command;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.karst.questions.Answer;
import org.karst.questions.Questions;

/** {@code karst:pods}. */
@Service
@Command(scope = "karst", name = "pods", description = "The pods and their interfaces")
public final class PodsCommand extends QuestionCommand {
    @Option(name = "--node", description = "Only pods of this node")
    @Completion(NodeCompleter.class)
    String node;

    @Override
    CompletionStage<? extends Answer> ask(Questions asked) {
        return asked.pods(Optional.ofNullable(node));
    }
}
