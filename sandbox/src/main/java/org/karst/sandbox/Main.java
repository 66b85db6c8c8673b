package org.karst.sandbox;

import java.io.IOException;
import java.util.List;
import org.karst.sandbox.internal.Arguments;
import org.karst.sandbox.internal.ChaosArguments;
import org.karst.sandbox.internal.Commands;
import org.karst.sandbox.internal.Environment;
import org.karst.sandbox.internal.Keeper;
import org.karst.sandbox.internal.VerifyApiArguments;
import org.karst.sandbox.internal.VerifyArguments;

/** The program behind {@code ./karst up}, {@code down}, {@code status}, {@code exec}, {@code demo}, {@code verify}, {@code verify-api}, {@code chaos} and {@code shell}; see sandbox/README.md. */
public final class Main {
    private Main() {}

    public static void main(String[] words) {
        System.exit(run(List.of(words)));
    }

    private static int run(List<String> words) {
        if (words.isEmpty()) {
            System.err.println(
                    "karst: which command? up, down, status, exec, demo, verify, verify-api, chaos or shell");
            return Commands.WRONG_USAGE;
        }
        List<String> rest = words.subList(1, words.size());
        try {
            Environment environment = Environment.of(System.getenv());
            Commands commands = new Commands(environment, System.out, System.err);
            return switch (words.get(0)) {
                case "up" -> commands.up(withoutWords(rest));
                case "down" -> commands.down(withoutWords(rest));
                case "status" -> commands.status(withoutWords(rest));
                case "demo" -> commands.demo(withoutWords(rest));
                case "exec" -> commands.exec(rest);
                case "verify" -> commands.verify(VerifyArguments.parse(rest));
                case "verify-api" -> commands.verifyApi(VerifyApiArguments.parse(rest));
                case "chaos" -> commands.chaos(ChaosArguments.parse(rest));
                case "shell" -> commands.shell(rest);
                case "keep" -> Keeper.keep(environment, withoutWords(rest), System.out);
                default ->
                    throw new IllegalArgumentException("there is no command '" + words.get(0)
                            + "': up, down, status, exec, demo, verify, verify-api, chaos or shell");
            };
        } catch (IllegalArgumentException wrong) {
            System.err.println("karst: " + wrong.getMessage());
            return Commands.WRONG_USAGE;
        } catch (IOException failed) {
            System.err.println("karst: " + failed.getMessage());
            return Commands.MACHINE;
        } catch (InterruptedException ended) {
            System.err.println("karst: ended before its time");
            return Commands.INTERRUPTED;
        }
    }

    private static Arguments withoutWords(List<String> words) {
        Arguments arguments = Arguments.parse(words);
        if (!arguments.rest().isEmpty()) {
            throw new IllegalArgumentException(
                    "what is '" + arguments.rest().get(0) + "'? This command takes options only");
        }
        return arguments;
    }
}
