using KenshinOtp.Configuration;
using KenshinOtp.Data;
using KenshinOtp.Security;
using KenshinOtp.Worker;
using KenshinOtp.Worker.Commands;

var parsed = OperatorCommands.Create(Hosts.RunWorker).Parse(args);
parsed.InvocationConfiguration.EnableDefaultExceptionHandler = false;
try
{
    var exitCode = await parsed.InvokeAsync();
    return parsed.Errors.Count > 0 ? Terminal.WrongUsage : exitCode;
}
catch (Exception e) when (e is SettingsException or SchemaException or KeyMissingException)
{
    await parsed.InvocationConfiguration.Error.WriteLineAsync(e.Message);
    return Terminal.Refused;
}
