import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import software.amazon.event.ruler.GenericMachine;

/** Reads lines from stdin: `pattern <TAB> JSON` adds a pattern, `N <TAB> JSON` asks whether the event matches the Nth; prints 0 or 1 for each event. */
class Match {
  public static void main(String[] arguments) throws Exception {
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    List<GenericMachine<String>> machines = new ArrayList<>();
    StringBuilder answers = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      int tab = line.indexOf('\t');
      String json = line.substring(tab + 1);
      if (line.startsWith("pattern")) {
        GenericMachine<String> machine = GenericMachine.<String>builder().build();
        machine.addRule("rule", json);
        machines.add(machine);
      } else {
        GenericMachine<String> machine = machines.get(Integer.parseInt(line.substring(0, tab)));
        answers.append(machine.rulesForJSONEvent(json).isEmpty() ? "0\n" : "1\n");
      }
    }
    System.out.print(answers);
  }
}
