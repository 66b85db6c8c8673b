package org.karst.shell.command;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.karst.questions.Answer;
import org.karst.questions.Questions;

/** {@code karst:why}. */
@Service
@Command(
        scope = "karst",
        name = "why",
        description = "Why something is wanted: the units that want it and the facts that they read",
        detailedDescription =
                """
                karst:why 'table=130,priority=100,ip,nw_dst=10.128.0.5'
                    A flow as ovs-ofctl dump-flows or karst:flows prints it. What a switch counted, the cookie and the
                    actions do not matter. In single quotes, because the shell has uses of its own for brackets.
                karst:why pod default/web
                    All that is wanted for a pod.
                """)
public final class WhyCommand extends QuestionCommand {
    @Argument(
            index = 0,
            name = "subject",
            description = "A flow in single quotes, or: pod NAMESPACE/NAME",
            required = true,
            multiValued = true)
    @Completion(SubjectCompleter.class)
    List<String> subject;

    @Option(name = "--node", description = "The node in question")
    @Completion(NodeCompleter.class)
    String node;

    @Override
    CompletionStage<? extends Answer> ask(Questions asked) {
        return asked.why(String.join(" ", subject), Optional.ofNullable(node));
    }
}
