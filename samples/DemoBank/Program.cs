using System.CommandLine;
using KenshinOtp.DemoBank.Startup;

return await DemoCommand.Create().Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(15) });
