package io.holdfast.cli.talk;

import java.util.List;
import java.util.Locale;

/** What a line that somebody typed asks for. Pure. */
sealed interface TypedLine {
    record Say(String text) implements TypedLine {}

    record SayJson(String json) implements TypedLine {}

    record Direct(String to, String text) implements TypedLine {}

    record Join(String room) implements TypedLine {}

    /** @param room empty for the current one */
    record Leave(String room) implements TypedLine {}

    /** @param room empty for the current one */
    record Who(String room) implements TypedLine {}

    record PublishEvent(String name, String json) implements TypedLine {}

    record Help() implements TypedLine {}

    record Quit() implements TypedLine {}

    record Nothing() implements TypedLine {}

    /** @param problem one sentence for whoever typed it */
    record Wrong(String problem) implements TypedLine {}

    /** For completion, in the order of {@code /help}. */
    List<String> COMMANDS =
            List.of("/join", "/leave", "/who", "/to", "/json", "/event", "/help", "/quit");

    String HELP = """
            any text        is said in the current room
            /join ROOM      join a room, and talk there from now on
            /leave [ROOM]   leave it
            /who [ROOM]     who is there
            /to ID TEXT     to one client alone
            /json VALUE     say a JSON value instead of a text
            /event NAME [VALUE]   deepstream: publish an event
            //text          a text that begins with a slash
            /help           this list
            /quit           or Ctrl-D: wait for acks and leave; Ctrl-C: leave""";

    static TypedLine parse(String line) {
        String text = line.strip();
        if (text.isEmpty()) {
            return new Nothing();
        }
        if (!text.startsWith("/")) {
            return new Say(line.stripTrailing());
        }
        if (text.startsWith("//")) {
            return new Say(text.substring(1));
        }
        String[] words = text.split("\\s+", 2);
        String rest = words.length == 2 ? words[1] : "";
        return switch (words[0].toLowerCase(Locale.ROOT)) {
            case "/join" -> oneWord("/join ROOM", rest, new Join(rest));
            case "/leave" ->
                rest.isEmpty() ? new Leave("") : oneWord("/leave ROOM", rest, new Leave(rest));
            case "/who" -> rest.isEmpty() ? new Who("") : oneWord("/who ROOM", rest, new Who(rest));
            case "/to" -> direct(rest);
            case "/json" -> rest.isEmpty() ? usage("/json VALUE") : new SayJson(rest);
            case "/event" -> event(rest);
            case "/help", "/?" -> new Help();
            case "/quit", "/exit" -> new Quit();
            default ->
                new Wrong("There is no " + words[0] + ". /help lists what there is; /" + text
                        + " says it as text.");
        };
    }

    private static TypedLine oneWord(String usage, String rest, TypedLine parsed) {
        return rest.isEmpty() || rest.contains(" ") ? usage(usage) : parsed;
    }

    private static TypedLine direct(String rest) {
        String[] parts = rest.split("\\s+", 2);
        return parts.length < 2 ? usage("/to ID TEXT") : new Direct(parts[0], parts[1]);
    }

    private static TypedLine event(String rest) {
        String[] parts = rest.split("\\s+", 2);
        if (rest.isEmpty()) {
            return usage("/event NAME [VALUE]");
        }
        return new PublishEvent(parts[0], parts.length < 2 ? "{}" : parts[1]);
    }

    private static Wrong usage(String form) {
        return new Wrong("Expected " + form + ".");
    }
}
