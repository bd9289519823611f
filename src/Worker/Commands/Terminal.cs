using System.Text.Json;
using KenshinOtp.Results;
using KenshinOtp.Text;

namespace KenshinOtp.Worker.Commands;

/// <summary>What a command says: lines for people, or one JSON object with <c>--json</c>. Exit codes: 0 done, 1 refused, 2 wrong usage; <see cref="TryLater"/> where a mail server calls.</summary>
internal sealed class Terminal(TextWriter output, TextWriter error, bool json)
{
    public const int Done = 0, Refused = 1, WrongUsage = 2;

    /// <summary>EX_TEMPFAIL of sysexits.h: a mail server keeps the message and calls again.</summary>
    public const int TryLater = 75;

    /// <summary>Whether a program reads the answer.</summary>
    public bool Json => json;

    /// <param name="value">What is printed with <c>--json</c>.</param>
    /// <param name="lines">What is printed without.</param>
    public int Say(object value, params IEnumerable<string> lines)
    {
        if (json)
            output.WriteLine(JsonSerializer.Serialize(value, WireJson.Options));
        else
            foreach (var line in lines)
                output.WriteLine(line);
        return Done;
    }

    /// <summary>One line of standard input: for what must not stand on a command line.</summary>
    public static async Task<string> ReadLine(CancellationToken ct) =>
#pragma warning disable RS0030 // a command reads what its operator types
        await Console.In.ReadLineAsync(ct) ?? "";
#pragma warning restore RS0030

    /// <summary>Standard input as bytes.</summary>
#pragma warning disable RS0030 // a command reads what is piped into it
    public static Stream Input() => Console.OpenStandardInput();
#pragma warning restore RS0030

    public int Refuse(Problem problem) => Refuse(problem.Code, problem.Detail, problem.Errors);

    /// <param name="command">The command as it is typed, whose help tells the right usage.</param>
    /// <param name="faults">What is wrong with the way in which it was given.</param>
    public int Misuse(string command, IEnumerable<string> faults)
    {
        if (json)
            output.WriteLine(JsonSerializer.Serialize(new { code = "wrong_usage", detail = string.Join(' ', faults) }, WireJson.Options));
        else
            foreach (var line in faults.Append($"See: {command} --help"))
                error.WriteLine(line);
        return WrongUsage;
    }

    public int Refuse(string code, string detail, IReadOnlyDictionary<string, string[]>? errors = null)
    {
        if (json)
            output.WriteLine(JsonSerializer.Serialize(new { code, detail, errors }, WireJson.Options));
        error.WriteLine(detail);
        foreach (var message in errors?.Values.SelectMany(messages => messages) ?? [])
            error.WriteLine("  " + message);
        return Refused;
    }
}
