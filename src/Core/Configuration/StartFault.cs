using System.Data.Common;
using System.Net.Sockets;
using KenshinOtp.Audit;
using KenshinOtp.Data;
using KenshinOtp.Security;

namespace KenshinOtp.Configuration;

/// <summary>
/// What ordinarily stands against a program's start, or against a command: settings, schema, keys, a database that is away, a folder or a port that is not to
/// be had. It is told in a line; anything else is a bug and shows where it happened.
/// </summary>
public static class StartFault
{
    public static bool Is(Exception e) => Find(e) is not null;

    /// <summary>A word for programs that read the answer.</summary>
    public static string CodeOf(Exception e) => Find(e) ?? throw new ArgumentException("Not an ordinary fault.", nameof(e));

    /// <summary>What an operator reads; where a setting leads to the cause, with its key.</summary>
    public static string WordsOf(Exception e) => e switch
    {
        DbException => $"The database (Database__ConnectionString): {e.Message}",
        _ when IsOfListening(e) => $"The addresses to listen on (ASPNETCORE_URLS): {e.Message}",
        _ => e.Message,
    };

    private static string? Find(Exception e) => e switch
    {
        SettingsException or InvalidDataException => "settings", // the latter is what an appsettings.json that is no JSON comes as
        SchemaException => "schema",
        KeyMissingException => "key_missing",
        KeyUnreadableException => "key_unreadable",
        AuditCutException => "audit_cut", // of a round by hand
        KeyRingException or DbException or LostRaceException or OverloadedException or IOException or UnauthorizedAccessException or SocketException => "unavailable",
        _ when IsOfListening(e) => "settings",
        _ => null,
    };

    /// <summary>What the web server says of its own settings, such as https without a certificate; it has no type for that.</summary>
    private static bool IsOfListening(Exception e) => e is InvalidOperationException or FormatException && e.Source is "Microsoft.AspNetCore.Server.Kestrel.Core" or "Microsoft.AspNetCore.Http";
}
