using KenshinOtp.Worker;
using KenshinOtp.Worker.Commands;

var parsed = OperatorCommands.Create(Hosts.RunWorker).Parse(args);
parsed.InvocationConfiguration.EnableDefaultExceptionHandler = false;
if (OperatorCommands.RunsWorker(parsed))
    parsed.InvocationConfiguration.ProcessTerminationTimeout = Hosts.LongestEnding; // a command ends at once, or is given again
if (parsed.Errors.Count > 0 && parsed.GetValue(OperatorCommands.Json))
    return Terminal.Misuse(parsed.InvocationConfiguration.Output, parsed.Errors.Select(error => error.Message));
var exitCode = await parsed.InvokeAsync();
return parsed.Errors.Count > 0 ? Terminal.WrongUsage : exitCode;
