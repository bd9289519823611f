using System.Data;
using System.Linq.Expressions;
using System.Text.RegularExpressions;

namespace KenshinOtp.Data;

/// <summary>A statement that is executed for many rows at a time, with its parameters worked out once.</summary>
public abstract partial class Statement
{
    private static readonly Dictionary<Type, DbType> Types = new()
    {
        [typeof(string)] = DbType.String,
        [typeof(long)] = DbType.Int64,
        [typeof(long?)] = DbType.Int64,
        [typeof(int)] = DbType.Int32,
    };

    private readonly Func<object, object?>[] _read;
    private readonly Func<object, string?>?[] _texts;
    private readonly Func<object, long?>?[] _numbers;

    protected Statement(string text, Type row)
    {
        Text = text;
        var names = Name().Matches(text).Select(match => match.Groups["name"].Value).Distinct(StringComparer.Ordinal).ToList();
        var properties = names.ConvertAll(name => row.GetProperty(name) ?? throw new ArgumentException($"{row.Name} has no {name}, which the statement asks for.", nameof(row)));
        Parameters = properties.ConvertAll(property => (property.Name, Types[property.PropertyType]));
        _read = [.. properties.Select(property => Reader<object?>(row, property.Name))];
        _texts = [.. properties.Select(property => property.PropertyType == typeof(string) ? Reader<string?>(row, property.Name) : null)];
        _numbers = [.. properties.Select(property => property.PropertyType == typeof(string) ? null : Reader<long?>(row, property.Name))];
    }

    /// <summary>The statement, with parameters by name: <c>@Id</c>.</summary>
    public string Text { get; }

    /// <summary>The parameters, in the order of their first use in the text.</summary>
    public IReadOnlyList<(string Name, DbType Type)> Parameters { get; }

    /// <summary>The value of a parameter for a row.</summary>
    public object? Value(object row, int parameter) => _read[parameter](row);

    /// <summary>The values of a parameter for many rows: an array of texts or of whole numbers.</summary>
    public Array Column(IReadOnlyList<object> rows, int parameter) =>
        _texts[parameter] is { } text ? Values(rows, text) : Values(rows, _numbers[parameter]!);

    /// <summary>The text with another spelling of its parameters.</summary>
    public string Spell(Func<int, string> parameter)
    {
        var order = Parameters.Select((p, i) => (p.Name, i)).ToDictionary(p => p.Name, p => p.i, StringComparer.Ordinal);
        return Name().Replace(Text, match => parameter(order[match.Groups["name"].Value]));
    }

    private static T[] Values<T>(IReadOnlyList<object> rows, Func<object, T> read)
    {
        var values = new T[rows.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = read(rows[i]);
        return values;
    }

    private static Func<object, T> Reader<T>(Type row, string property)
    {
        var boxed = Expression.Parameter(typeof(object));
        return Expression.Lambda<Func<object, T>>(Expression.Convert(Expression.Property(Expression.Convert(boxed, row), property), typeof(T)), boxed).Compile();
    }

    [GeneratedRegex("@(?<name>[A-Za-z]+)", RegexOptions.None, 1000)]
    private static partial Regex Name();
}

/// <summary>A statement for rows of one form.</summary>
/// <param name="text">The statement; each <c>@Name</c> in it is the property <c>Name</c> of the row.</param>
public sealed class Statement<TRow>(string text) : Statement(text, typeof(TRow))
    where TRow : class
{
    public Call With(TRow row) => new(this, row);
}

/// <summary>One execution of a statement.</summary>
public readonly record struct Call(Statement Statement, object Row);

/// <summary>An insert of one row, <c>insert into t (a, b) values (@A, @B)</c>, for many.</summary>
public sealed record Rows(Statement Insert, IReadOnlyList<object> Values);

/// <summary>What leaves together with a commit.</summary>
/// <param name="Finds">Selects of which each must find its row.</param>
/// <param name="Updates">Guarded updates of which each must affect its row; no two of the same row.</param>
/// <param name="Inserts">Inserts of many rows.</param>
public sealed record LastWords(IReadOnlyList<Call> Finds, IReadOnlyList<Call> Updates, IReadOnlyList<Rows> Inserts);
