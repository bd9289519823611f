using KenshinOtp.Configuration;
using KenshinOtp.Data;
using KenshinOtp.Security;
using KenshinOtp.Worker;
using KenshinOtp.Worker.Commands;

var parsed = OperatorCommands.Create(Hosts.RunWorker).Parse(args);
parsed.InvocationConfiguration.EnableDefaultExceptionHandler = false;
if (parsed.Errors.Count > 0 && parsed.GetValue(OperatorCommands.Json))
    return Terminal.Misuse(parsed.InvocationConfiguration.Output, parsed.Errors.Select(error => error.Message));
try
{
    var exitCode = await parsed.InvokeAsync();
    return parsed.Errors.Count > 0 ? Terminal.WrongUsage : exitCode;
}
catch (Exception e) when (e is SettingsException or SchemaException or KeyRingException)
{
    await parsed.InvocationConfiguration.Error.WriteLineAsync(e.Message);
    return Terminal.Refused;
}
