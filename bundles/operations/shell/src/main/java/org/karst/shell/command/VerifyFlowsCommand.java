package org.karst.shell.command;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.karst.questions.Answer;
import org.karst.questions.Questions;

/** {@code karst:verify-flows}. */
@Service
@Command(
        scope = "karst",
        name = "verify-flows",
        description = "Compares what switches hold with what is wanted, computed anew, and repairs what differs",
        detailedDescription =
                """
                Flows and meters that are missing or altered, and flows of ours that nobody wants, are repaired. What is not
                ours (flows without a cookie of ours, groups) is told, and removed with --remove-foreign only. The same
                comparison runs by itself every ten minutes for each switch.
                """)
public final class VerifyFlowsCommand extends QuestionCommand {
    private static final long PATIENCE_SECONDS = 120;

    @Option(name = "--node", description = "Only the switch of this node")
    @Completion(NodeCompleter.class)
    String node;

    @Option(name = "--remove-foreign", description = "Removes what is not ours too")
    boolean removeForeign;

    @Override
    CompletionStage<? extends Answer> ask(Questions asked) {
        return asked.verifyFlows(Optional.ofNullable(node), removeForeign);
    }

    @Override
    long patienceSeconds() {
        return PATIENCE_SECONDS;
    }
}
