using System.Data.Common;
using Npgsql;

namespace KenshinOtp.Data;

/// <summary>What the faults of PostgreSQL and its driver mean.</summary>
internal static class PostgresFaults
{
    private const string IdleInTransaction = "25P03";

    /// <summary>Whether a statement failed while the connection is still there: nothing of its transaction is left.</summary>
    public static bool IsUndone(Exception fault) => fault is PostgresException { InvariantSeverity: "ERROR" };

    /// <summary>Whether a commit was warned of: it is here, but the wait for its standbys was broken off, as by the end of our patience.</summary>
    public static bool IsDoubt(PostgresNotice notice) => notice.InvariantSeverity == "WARNING";

    /// <summary>Whether a statement of <see cref="PostgresArrays"/> found that a row is no longer what it was.</summary>
    public static bool IsUnmet(PostgresException fault) =>
        fault.SqlState == PostgresErrorCodes.InvalidTextRepresentation && fault.MessageText.Contains(PostgresArrays.Unmet, StringComparison.Ordinal);

    public static bool IsDeadlock(DbException fault) => fault.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure;

    /// <remarks>
    /// Also a server that was made a standby while we were connected (25006), one that ended us because we held a row too long (25P03), and one whose
    /// administrator has a new password, or the database elsewhere for a while.
    /// </remarks>
    public static bool IsTransient(DbException fault) =>
        fault.IsTransient || fault.SqlState is PostgresErrorCodes.ReadOnlySqlTransaction or IdleInTransaction or PostgresErrorCodes.QueryCanceled
            or PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification or PostgresErrorCodes.InvalidCatalogName;

    public static string? RowFaultOf(DbException exception) => exception is PostgresException { SqlState: ['2', '2' or '3', ..] } fault
        ? $"{fault.SqlState} {fault.ConstraintName ?? fault.ColumnName}{PostgresBulk.LineOf(fault)}"
        : null;

    public static string? RefusalOf(DbException exception) => exception is not PostgresException fault ? null : fault.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => "The server refuses the log-in: user, password or its pg_hba.conf",
        PostgresErrorCodes.InvalidCatalogName => "The server has no database of that name",
        PostgresErrorCodes.InsufficientPrivilege => "The user may not do that in the database",
        PostgresErrorCodes.TooManyConnections => "The server has no connection left",
        PostgresErrorCodes.DiskFull => "The disk of the server is full",
        _ => "The server answers with a fault",
    };
}

/// <summary>Whatever a server warns of at a commit, it does not promise what a commit promises.</summary>
internal sealed class CommitInDoubtException(PostgresNotice warning) : DbException($"The server committed with a warning: {warning.MessageText}")
{
    public override string SqlState => warning.SqlState;

    public override bool IsTransient => true;
}

/// <summary>
/// The driver cannot connect: when a name server keeps it waiting it throws what is no exception of a database, and where none of several hosts answers, one that
/// calls itself final.
/// </summary>
internal sealed class NoAnswerException(Exception inner) : DbException(inner.Message, inner)
{
    public override bool IsTransient => true;
}
