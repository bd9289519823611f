namespace KenshinOtp.Data;

/// <summary>More is asked for than can be done in time: the same call may go through later.</summary>
public sealed class OverloadedException() : Exception("More is asked for than can be done in time.");
