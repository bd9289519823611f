using System.Data.Common;
using KenshinOtp.Data;
using KenshinOtp.Security;
using Microsoft.Extensions.Logging;

namespace KenshinOtp.Rotation;

/// <summary>Tells when a program starts which earlier master keys it does without. It starts all the same: most of its work needs none of them.</summary>
public sealed partial class MissingKeys(Database database, KeyRegister register, KeyUses uses, ILogger<MissingKeys> log)
{
    /// <summary>A line for each key that is not at hand while something in the database needs it.</summary>
    public async Task Warn(CancellationToken ct)
    {
        try
        {
            await using var session = await database.Read(ct);
            foreach (var key in await uses.Missing(session, await register.Read(session, ct), ct))
                LogMissing(key.Key);
        }
        catch (DbException e)
        {
            LogUnknown(e.GetType().Name); // whether a key that is gone is needed takes a walk through the audit trail: no start fails for that
        }
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The master key {Reference} is missing from Keys__Directory, and the database still needs it: what needs it is put off. What that is: kenshin-otp status")]
    private partial void LogMissing(string reference);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Whether the database needs master keys that are missing from Keys__Directory could not be told ({Fault}): kenshin-otp status")]
    private partial void LogUnknown(string fault);
}
