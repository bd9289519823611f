using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace KenshinOtp.Data.Tests;

/// <summary>An engine as it is, but that each statement which is made over its connections is counted, and that it can be away for some changes.</summary>
internal sealed class CountingDialect(SqlDialect engine) : SqlDialect
{
    private int _statements;

    public override string Name => engine.Name;

    public override Task<bool> IsReadOnly(DbConnection connection, CancellationToken ct) => engine.IsReadOnly(((Connection)connection).Inner, ct);

    public override string CountTablesNamed => engine.CountTablesNamed;

    public override async Task<DbConnection> Open(CancellationToken ct) => new Connection(await engine.Open(ct), this);

    /// <summary>How many statements a piece of work takes.</summary>
    public async Task<int> During(Func<Task> work)
    {
        _statements = 0;
        await work();
        return _statements;
    }

    /// <summary>How many changes more find nobody there.</summary>
    public int AwayFor { get; set; }

    /// <summary>How many changes were begun.</summary>
    public int Turns { get; private set; }

    public override ValueTask<IDisposable> EnterWrite(CancellationToken ct)
    {
        Turns++;
        return AwayFor-- > 0 ? throw new OverloadedException() : engine.EnterWrite(ct);
    }

    public override string Limit(int rows) => engine.Limit(rows);

    public override bool IsUniqueViolation(DbException exception) => engine.IsUniqueViolation(exception);

    public override bool IsDeadlock(DbException exception) => engine.IsDeadlock(exception);

    public override bool IsTransient(DbException exception) => engine.IsTransient(exception);

    private sealed class Connection(DbConnection open, CountingDialect counter) : DbConnection
    {
        public DbConnection Inner => open;

        [AllowNull]
        public override string ConnectionString { get => open.ConnectionString; set => open.ConnectionString = value; }

        public override string Database => open.Database;

        public override string DataSource => open.DataSource;

        public override string ServerVersion => open.ServerVersion;

        public override ConnectionState State => open.State;

        public override void ChangeDatabase(string databaseName) => open.ChangeDatabase(databaseName);

        public override void Open() => open.Open();

        public override void Close() => open.Close();

        public override async ValueTask DisposeAsync()
        {
            await open.DisposeAsync();
            await base.DisposeAsync();
        }

        protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => open.BeginTransaction(isolationLevel);

        protected override DbCommand CreateDbCommand()
        {
            counter._statements++;
            return open.CreateCommand();
        }
    }
}
