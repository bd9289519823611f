using System.Globalization;
using KenshinOtp.Worker;
using KenshinOtp.Worker.Commands;

CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("en"); // as all that the commands say; the library of the command line would use the operator's language
var parsed = OperatorCommands.Create(Hosts.RunWorker).Parse(args);
if (parsed.Errors.Count > 0)
    return OperatorCommands.TerminalOf(parsed).Misuse(OperatorCommands.Spell(parsed), parsed.Errors.Select(error => error.Message));
parsed.InvocationConfiguration.EnableDefaultExceptionHandler = false;
if (OperatorCommands.EndsInOrder(parsed))
    parsed.InvocationConfiguration.ProcessTerminationTimeout = Hosts.LongestEnding; // the others end at once, or are given again
return await parsed.InvokeAsync();
