namespace KenshinOtp.Data;

/// <summary>Row ids: version-7 UUIDs (RFC 9562 §5.7) as 32 lower-case hex characters, so that ids sort by the time they were made.</summary>
public static class Ids
{
    public static string New(DateTimeOffset now) => Guid.CreateVersion7(now).ToString("N");
}
