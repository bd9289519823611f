using KenshinOtp.Api;
using KenshinOtp.Configuration;

try
{
    await using var app = ApiHost.Build(args);
    await app.Services.ProveStart(CancellationToken.None);
    await app.RunAsync();
    return 0;
}
catch (Exception e) when (StartFault.Is(e))
{
#pragma warning disable RS0030 // nothing else is up yet to tell it with
    await Console.Error.WriteLineAsync(StartFault.WordsOf(e));
#pragma warning restore RS0030
    return 1;
}
