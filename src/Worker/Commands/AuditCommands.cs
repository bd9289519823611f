using System.CommandLine;
using System.Globalization;
using KenshinOtp.Audit;
using KenshinOtp.Institutions;
using KenshinOtp.Text;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Worker.Commands;

/// <summary>Proving and thinning the audit trail.</summary>
internal static class AuditCommands
{
    public static Command Create() => new("audit", "The audit trail") { Verify(), Archive() };

    private static Command Verify()
    {
        var institution = OperatorCommands.InCode(new Option<string?>("--institution") { Description = "Only the entries of this institution (4-digit code)" });
        Option<FileInfo?> archive = new("--archive") { Description = "An archive file instead of the database" };
        var command = new Command("verify", "Proves that no entry was changed, removed, added or moved; exit code 1 and the first broken entry if one was") { institution, archive };
        command.Validators.Add(result =>
        {
            if (result.GetValue(institution) is not null && result.GetValue(archive) is not null)
                result.AddError("--institution and --archive do not go together: an archive holds all institutions.");
        });
        OperatorCommands.Serve(command, async (services, terminal, parsed, ct) =>
        {
            var bar = new ProgressBar(parsed.InvocationConfiguration.Error);
            void Progress(long done, long total) => bar.Show("verifying", done, total);
            if (parsed.GetValue(archive) is { } file)
                return Report(terminal, bar, await services.GetRequiredService<ArchiveVerifier>().Verify(file.FullName, Progress, ct));

            string? institutionId = null;
            if (parsed.GetValue(institution) is { } code)
            {
                if (!(await services.GetRequiredService<InstitutionDesk>().Find(code, ct)).Succeeded(out var found, out var problem))
                    return terminal.Refuse(problem);
                institutionId = found.Id;
            }

            return Report(terminal, bar, await services.GetRequiredService<AuditVerifier>().Verify(institutionId, Progress, ct));
        });
        return command;
    }

    private static int Report(Terminal terminal, ProgressBar bar, AuditReport report)
    {
        bar.Finish();
        var counted = string.Create(CultureInfo.InvariantCulture, $"{report.Entries} entries in {report.Chains} chains, {report.Seals} seals");
        var said = terminal.Say(
            new { report.Intact, report.Entries, report.Chains, report.Seals, report.Unjudged, report.Fault },
            report.Fault is null ? [$"Intact: {counted}"] : Faulty(report, counted));
        return report.Intact ? said : Terminal.Refused;
    }

    private static IEnumerable<string> Faulty(AuditReport report, string counted)
    {
        var judged = report.Fault!.Kind != AuditFaultKind.KeyMissing;
        yield return $"{(judged ? "BROKEN" : "CANNOT BE JUDGED")}: {report.Fault}";
        yield return $"Proven {(judged ? "before it" : "besides")}: {counted}";
        if (report.Unjudged > 0)
            yield return string.Create(CultureInfo.InvariantCulture, $"Not judged for want of their key: {report.Unjudged} entries and seals");
        if (!judged)
            yield return "Bring the key back to Keys__Directory from its backup, or from a host that has it; then verify again.";
    }

    private static Command Archive()
    {
        Option<DateOnly> before = new("--before")
        {
            Description = $"The day in Japan (2026-10-01); older entries go. At least {AuditArchive.YoungestDays} days ago",
            Required = true,
            CustomParser = result =>
            {
                if (!Japan.TryParseDay(result.Tokens[^1].Value, out var day))
                    result.AddError("--before must be a date such as 2026-10-01.");
                return day;
            },
        };
        Option<string?> output = new("--output") { Description = "The file to write" };
        var command = new Command("archive", "Moves old entries into a signed file and removes them from the database") { before, output };
        OperatorCommands.Serve(command, async (services, terminal, parsed, ct) =>
        {
            var bar = new ProgressBar(parsed.InvocationConfiguration.Error);
            var moved = await services.GetRequiredService<AuditArchive>().Archive(parsed.GetRequiredValue(before), parsed.GetValue(output), bar.Show, ct);
            bar.Finish();
            if (!moved.Succeeded(out var archived, out var problem))
                return terminal.Refuse(problem);
            return archived.File is null
                ? terminal.Say(archived, "Nothing to archive: no entry is that old.")
                : terminal.Say(archived, string.Create(CultureInfo.InvariantCulture, $"Archived {archived.Entries} entries to {archived.File}"), $"SHA-256 of all but its last line: {archived.Sha256}");
        });
        return command;
    }
}
