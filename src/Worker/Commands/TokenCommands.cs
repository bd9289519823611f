using System.CommandLine;
using KenshinOtp.Audit;
using KenshinOtp.Import;
using KenshinOtp.Institutions;
using KenshinOtp.Results;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Worker.Commands;

/// <summary><c>tokens import</c>: hardware tokens from a file of their vendor.</summary>
internal static class TokenCommands
{
    public const string ImportName = "import";

    private static readonly Argument<FileInfo> File = new Argument<FileInfo>("file") { Description = "PSKC (RFC 6030) or CSV" }.AcceptExistingOnly();

    private static readonly Option<FileInfo> KeyFile =
        new Option<FileInfo>("--key-file") { Description = "Holds the pre-shared key of an encrypted PSKC, in hexadecimal" }.AcceptExistingOnly();

    private static readonly Option<FileInfo> PassphraseFile =
        new Option<FileInfo>("--passphrase-file") { Description = "Holds the passphrase of an encrypted PSKC" }.AcceptExistingOnly();

    public static Command Create()
    {
        var import = new Command(ImportName, "Imports hardware tokens from a PSKC or CSV file") { File, OperatorCommands.Institution, KeyFile, PassphraseFile };
        OperatorCommands.Serve(import, Import);
        return new Command("tokens", "Hardware tokens") { import };
    }

    private static async Task<int> Import(IServiceProvider services, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var found = await services.GetRequiredService<InstitutionDesk>().Find(parsed.GetRequiredValue(OperatorCommands.Institution), ct);
        if (!found.Succeeded(out var institution, out var problem))
            return terminal.Refuse(problem);
        if (!TryReadKeys(parsed, out var keys, out problem))
            return terminal.Refuse(problem);

        await using var content = parsed.GetRequiredValue(File).OpenRead();
        if (!content.CanSeek)
            return terminal.Refuse("import_unreadable", "A file on a disk is needed: it is read twice.");
        var request = new ImportTokens(new Caller(institution, Actor.Operator), ImportFile.FormatOf(content), content, keys) { Stoppable = true };
        var progress = terminal.Json ? null : new ProgressBar(parsed.InvocationConfiguration.Error);
        var handler = services.GetRequiredService<ImportTokensHandler>();
        var imported = await handler.Handle(request, progress, ct);
        if (Ask(imported.Problem, ct) is { } answer)
            imported = answer.Succeeded(out var typed, out var mistyped) ? await handler.Handle(request with { Keys = typed }, progress, ct) : mistyped;
        progress?.Finish();
        return imported.Succeeded(out var result, out problem) ? terminal.Say(result, Lines(result)) : terminal.Refuse(problem);
    }

    private static IEnumerable<string> Lines(ImportResult result)
    {
        yield return $"Imported {result.Imported}, unchanged {result.Unchanged}, rejected {result.RejectedCount}";
        foreach (var entry in result.Rejected)
            yield return $"  line {entry.Line}: {entry.Code}{(entry.Serial is null ? "" : $" ({entry.Serial})")}";
        if (result.Truncated)
            yield return "  and more";
    }

    private static bool TryReadKeys(ParseResult parsed, out ImportKeys keys, [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out Problem? problem)
    {
        var errors = new FieldErrors();
        keys = new ImportKeys(
            Read(parsed.GetValue(KeyFile)) is { } key ? errors.Read<byte[]>("key-file", key, ImportKeys.TryParseKey, ImportKeys.KeyRule) : null,
            Read(parsed.GetValue(PassphraseFile)) is { } passphrase
                ? errors.Read<byte[]>("passphrase-file", passphrase, ImportKeys.TryParsePassphrase, ImportKeys.PassphraseRule)
                : null);
        problem = errors.Any ? errors.ToProblem() : null;
        return problem is null;
    }

    /// <summary>The text of a file without the line end that editors add.</summary>
    private static string? Read(FileInfo? file)
    {
        if (file is null)
            return null;
        using var text = file.OpenText();
        var buffer = new char[4096];
        return new string(buffer, 0, text.ReadBlock(buffer)).TrimEnd('\r', '\n');
    }

    /// <summary>What the file turned out to need, typed in.</summary>
    /// <returns>The keys, or what is wrong with what was typed; null where nothing is needed, or nobody is there to type it.</returns>
    private static Result<ImportKeys>? Ask(Problem? problem, CancellationToken ct)
    {
        switch (problem?.Code)
        {
            case "import_key_required" when Keyboard.Ask("Pre-shared key (hexadecimal): ", ct) is { } text:
                return ImportKeys.TryParseKey(text, out var key) ? new ImportKeys(key, passphrase: null) : Problem.Invalid("key", ImportKeys.KeyRule);
            case "import_passphrase_required" when Keyboard.Ask("Passphrase: ", ct) is { } text:
                return ImportKeys.TryParsePassphrase(text, out var passphrase) ? new ImportKeys(preSharedKey: null, passphrase) : Problem.Invalid("passphrase", ImportKeys.PassphraseRule);
            default:
                return null;
        }
    }
}
