using KenshinOtp.Api;
using KenshinOtp.Configuration;
using KenshinOtp.Data;
using KenshinOtp.Rotation;
using KenshinOtp.Security;

try
{
    await using var app = ApiHost.Build(args);
    await app.Services.GetRequiredService<Migrator>().RequireCurrent(CancellationToken.None);
    await app.Services.GetRequiredService<KeyCheck>().Verify(CancellationToken.None);
    await app.Services.GetRequiredService<MissingKeys>().Warn(CancellationToken.None);
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
