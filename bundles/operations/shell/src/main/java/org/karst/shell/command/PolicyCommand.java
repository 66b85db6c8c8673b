package org.karst.shell.command;

import java.util.concurrent.CompletionStage;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.karst.questions.Answer;
import org.karst.questions.Questions;

/** {@code karst:policy}. */
@Service
@Command(
        scope = "karst",
        name = "policy",
        description = "What policies say of a pod, in order, and what they have decided")
public final class PolicyCommand extends QuestionCommand {
    @Argument(index = 0, name = "pod", description = "NAMESPACE/NAME", required = true)
    @Completion(PodCompleter.class)
    String pod;

    @Override
    CompletionStage<? extends Answer> ask(Questions asked) {
        return asked.policies(pod);
    }
}
