using System.Data;
using System.Data.Common;

namespace KenshinOtp.Data;

/// <summary>
/// The commands of one connection, one for each statement: made once, executed for every row. SQLite's driver keeps with a command what it has parsed; to SQL Server each
/// execution is a journey. They end with the connection.
/// </summary>
internal sealed class PreparedCommands(DbConnection connection)
{
    private const int Texts = 4000, LongTexts = -1; // the driver of SQL Server else declares each value's own length, and every combination is another plan

    private readonly Dictionary<Statement, DbCommand> _commands = [];

    public DbCommand For(Call call, DbTransaction? transaction)
    {
        if (!_commands.TryGetValue(call.Statement, out var command))
            _commands[call.Statement] = command = Create(call.Statement);
        command.Transaction = transaction;
        for (var i = 0; i < command.Parameters.Count; i++)
        {
            var (parameter, value) = (command.Parameters[i], call.Statement.Value(call.Row, i));
            if (parameter.DbType == DbType.String)
                parameter.Size = value is string { Length: > Texts } ? LongTexts : Texts;
            parameter.Value = value ?? DBNull.Value;
        }

        return command;
    }

    private DbCommand Create(Statement statement)
    {
        var command = connection.CreateCommand();
        command.CommandText = statement.Text;
        foreach (var (name, type) in statement.Parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = "@" + name;
            parameter.DbType = type;
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
