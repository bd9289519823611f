namespace KenshinOtp.Data;

/// <summary>How far a database is on its way to another one.</summary>
internal enum MoveState
{
    None,

    /// <summary>A move was about to be committed on the server, which alone knows whether it was.</summary>
    Moving,

    Moved,
}

/// <summary>
/// The sign in a database that all it held was moved to another one: of two databases each would accept a password once. It is a row before the first
/// migration, which programs that do not know the sign refuse as well.
/// </summary>
internal static class MovedMark
{
    private const int Number = 0;

    private const string Moving = "0000_moving_to_", Moved = "0000_moved_to_";

    private const string SelectName = $"select name from {Migrator.Table} where number = @Number";
    private const string Delete = $"delete from {Migrator.Table} where number = @Number";

    /// <summary>Whether a row of applied migrations is the sign.</summary>
    public static bool Is(string name) => name.StartsWith(Moving, StringComparison.Ordinal) || name.StartsWith(Moved, StringComparison.Ordinal);

    public static async Task<MoveState> Find(Session session, CancellationToken ct) => await session.Find<string>(SelectName, new { Number }, ct) switch
    {
        null => MoveState.None,
        var name when name.StartsWith(Moving, StringComparison.Ordinal) => MoveState.Moving,
        _ => MoveState.Moved,
    };

    /// <param name="tx">The change of the database that is moved.</param>
    /// <param name="state">How far it is.</param>
    /// <param name="engine">Where it goes.</param>
    /// <param name="now">When.</param>
    /// <param name="ct">Ends the wait.</param>
    public static async Task Set(Tx tx, MoveState state, string engine, DateTimeOffset now, CancellationToken ct)
    {
        await tx.Execute(Delete, new { Number }, ct);
        if (state is not MoveState.None)
            await tx.Execute(Migrator.Insert, new { Number, Name = (state is MoveState.Moving ? Moving : Moved) + engine, Checksum = "", AppliedAt = now.ToRow() }, ct);
    }

    /// <summary>What an operator reads who starts a program on it.</summary>
    public static string Words(string name, DateTimeOffset at) =>
        (name.StartsWith(Moving, StringComparison.Ordinal)
            ? $"The database was about to be moved ({name[5..]}) on {at:yyyy-MM-dd} at {at:HH:mm} UTC, and only the new one knows whether it was: if kenshin-otp institution list, with Database__Provider and Database__ConnectionString for the new one, lists your institutions, it was; else give kenshin-otp database move again."
            : $"The database was moved ({name[5..]}) on {at:yyyy-MM-dd} at {at:HH:mm} UTC and is kept as it was then: Database__Provider and Database__ConnectionString must name the new one.")
        + " How to go back to this one stands in docs/operations.md, \"From SQLite to a server\".";
}
