using KenshinOtp.Audit;
using KenshinOtp.Results;
using KenshinOtp.Support;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Api.Tests;

/// <summary>Old entries go to a signed file; the file and what remains verify.</summary>
public sealed class AuditArchiveTests : CentreTest
{
    private AuditTrail Trail => new(Centre);

    private string File => Path.Combine(Centre.Directory, "archive.jsonl");

    [Fact]
    public async Task What_remains_verifies_and_so_does_the_archive()
    {
        await Old(1500);
        await Young(20);

        var archived = (await Archive()).Value.ShouldNotBeNull();

        archived.Entries.ShouldBe(1502);
        (await Check()).ShouldBe(new AuditReport(1502, 1, 0, Fault: null));
        (await Trail.Verify()).ShouldBe(new AuditReport(21, 2, 1, Fault: null)); // twenty, and the entry of the archiving itself
        Trail.Ask("select detail from audit_entry where action = 'audit.archived'").ShouldBe($"before=2026-05-01 entries=1502 sha256={archived.Sha256}");
        (await System.IO.File.ReadAllLinesAsync(File)).Length.ShouldBe(1505);
    }

    [Fact]
    public async Task A_chain_is_archived_up_to_the_day_and_goes_on_from_there()
    {
        Centre.Clock.Set(new DateTimeOffset(2026, 4, 30, 23, 59, 0, TimeSpan.FromHours(9)));
        await Trail.Write(await Institution(), 10);
        Wait(1);
        await Trail.Write(await Institution(), 10);
        await Trail.Seal();
        Wait(60 * 24 * 60);

        (await Archive()).Value!.Entries.ShouldBe(12);

        (await Trail.Verify()).ShouldBe(new AuditReport(11, 2, 1, Fault: null));
        Trail.Ask("select min(position) from audit_entry where action = 'verification.accepted'").ShouldBe("11");
        Trail.Tamper("delete from audit_entry where position = 11");
        (await Trail.Verify()).Fault!.ToString().ShouldContain("position 11: the entry is missing");
        Trail.Tamper("delete from audit_base where chain <> 'seal'");
        (await Trail.Verify()).Fault!.Position.ShouldBe(1);
    }

    [Fact]
    public async Task The_next_archive_goes_on_where_the_first_stopped_and_old_seals_go_too()
    {
        await Old(10);
        Wait(24 * 60);
        await Old(10);
        await Young(5);
        await Trail.Seal();
        Trail.Ask("select count(*) from audit_seal").ShouldBe("3");

        (await Archive()).Value!.Entries.ShouldBe(22);
        Trail.Ask("select min(position) from audit_seal").ShouldBe("3");
        Wait(60 * 24 * 60);
        await Young(5);
        var second = await Archive(new DateOnly(2026, 7, 1), File + "2");

        second.Value!.Entries.ShouldBe(6);
        (await Check(File + "2")).Fault.ShouldBeNull();
        (await Trail.Verify()).Fault.ShouldBeNull();
        (await Trail.Seal()).ShouldBeGreaterThan(0);
        (await Trail.Verify()).Fault.ShouldBeNull();
    }

    [Fact]
    public async Task A_file_that_was_changed_by_one_byte_is_refused_wherever_it_is()
    {
        await Old(40);
        await Young(1);
        (await Archive()).Problem.ShouldBeNull();
        var whole = await System.IO.File.ReadAllBytesAsync(File);

        for (var at = 0; at < whole.Length; at += 97)
        {
            var changed = (byte[])whole.Clone();
            changed[at] ^= 1;
            await ShouldBeRefused(changed);
        }

        var lines = whole.AsSpan().Count((byte)'\n');
        await ShouldBeRefused(whole[..^1]);
        await ShouldBeRefused([.. whole, (byte)'\n']);
        await ShouldBeRefused([.. whole.Select(b => b == (byte)'\n' ? (byte)'\r' : b)]);
        await ShouldBeRefused(whole[..(whole.AsSpan(0, whole.Length - 1).LastIndexOf((byte)'\n') + 1)]);
        await ShouldBeRefused([]);
        await ShouldBeRefused(new byte[200_000]);
        lines.ShouldBe(45);
    }

    [Fact]
    public async Task A_trail_that_was_tampered_with_is_not_archived()
    {
        await Old(10);
        await Young(1);
        Trail.Tamper("update audit_entry set detail = 'x' where position = 5");

        var problem = (await Archive()).Problem.ShouldNotBeNull();

        problem.Code.ShouldBe("audit_broken");
        problem.Detail.ShouldContain("position 5");
        Directory.GetFiles(Centre.Directory, "archive*").ShouldBeEmpty();
        Trail.Ask("select count(*) from audit_entry").ShouldBe("13");
    }

    [Theory]
    [InlineData("delete from audit_entry where chain = (select min(chain) from audit_entry)")]
    [InlineData("delete from audit_entry where chain = (select min(chain) from audit_entry) and position > 6")]
    public async Task What_is_missing_is_not_archived_away_with_the_seals_that_were_emptied_of_it(string sql)
    {
        await Old(10);
        Wait(24 * 60);
        await Old(10);
        await Young(5);
        await Trail.Seal();
        Trail.Tamper(sql).ShouldBeGreaterThan(5);
        Trail.Tamper("update audit_seal set heads = '[]' where position = 1").ShouldBe(1);
        var left = Trail.Ask("select count(*) from audit_entry");

        var problem = (await Archive()).Problem.ShouldNotBeNull();

        problem.Code.ShouldBe("audit_broken");
        problem.Detail.ShouldContain("chain seal, position 1: the seal was changed");
        Directory.GetFiles(Centre.Directory, "archive*").ShouldBeEmpty();
        Trail.Ask("select count(*) from audit_entry").ShouldBe(left);
        Trail.Ask("select count(*) from audit_seal").ShouldBe("3");
        (await Trail.Verify()).Fault!.Kind.ShouldBe(AuditFaultKind.SealBroken);
    }

    [Theory]
    [InlineData("update audit_seal set heads = '[]' where position = 2", AuditFaultKind.SealBroken)]
    [InlineData("delete from audit_seal where position = 1", AuditFaultKind.SealBroken)]
    [InlineData("insert into audit_base (chain, position, mac, proof) select 'seal', 1, mac, mac from audit_seal where position = 1", AuditFaultKind.BaseForged)]
    public async Task Seals_that_are_tampered_with_during_an_archiving_stay_and_are_told(string sql, AuditFaultKind kind)
    {
        await Old(10);
        Wait(24 * 60);
        await Old(10);
        await Young(5);
        await Trail.Seal();
        var archive = Centre.Services.GetRequiredService<AuditArchive>();
        var tampered = 0;

        var problem = (await archive.Archive(new DateOnly(2026, 5, 1), File, (part, _, _) => tampered += part == "removing" && tampered == 0 ? Trail.Tamper(sql) : 0, CancellationToken.None))
            .Problem.ShouldNotBeNull();

        tampered.ShouldBe(1);
        problem.Code.ShouldBe("audit_broken");
        problem.Detail.ShouldContain($"22 entries were moved to {File}");
        problem.Detail.ShouldContain("chain seal");
        (await Check()).Fault.ShouldBeNull();
        Trail.Ask("select max(position) from audit_seal").ShouldBe("3");
        (await Trail.Verify()).Fault!.Kind.ShouldBe(kind);
    }

    [Fact]
    public async Task A_removal_that_was_broken_off_verifies_and_is_finished_by_the_next_archive()
    {
        await Old(2000);
        await Young(1);
        using var stop = new CancellationTokenSource();
        var archive = Centre.Services.GetRequiredService<AuditArchive>();

        await Should.ThrowAsync<OperationCanceledException>(() => archive.Archive(
            new DateOnly(2026, 5, 1), File, (part, done, _) =>
            {
                if (part == "removing" && done >= 1000)
                    stop.Cancel();
            }, stop.Token));

        (await Check()).Entries.ShouldBe(2002);
        (await Trail.Verify()).ShouldBe(new AuditReport(1004, 3, 1, Fault: null));
        (await Archive()).Problem!.Code.ShouldBe("file_exists");
        (await Archive(path: File + "2")).Value!.Entries.ShouldBe(1002);
        (await Check(File + "2")).Fault.ShouldBeNull();
        (await Trail.Verify()).Fault.ShouldBeNull();
    }

    [Fact]
    public async Task A_verification_that_runs_during_the_archiving_raises_no_false_alarm()
    {
        await Old(6000);
        await Young(10);
        var archiving = Task.Run(() => Archive());
        var rounds = 0;

        do
        {
            (await Trail.Verify()).Fault.ShouldBeNull();
            rounds++;
        }
        while (!archiving.IsCompleted);

        (await archiving).Problem.ShouldBeNull();
        rounds.ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task The_last_thirty_days_stay_and_nothing_old_means_no_file()
    {
        await Old(1);

        (await Archive()).Problem!.Errors!["before"].ShouldHaveSingleItem().ShouldContain("30 days");
        (await Archive(new DateOnly(2026, 3, 1))).Value.ShouldBe(new Archived(0, File: null, Sha256: null));
        Directory.GetFiles(Centre.Directory, "archive*").ShouldBeEmpty();
    }

    private Task<Result<Archived>> Archive(DateOnly? before = null, string? path = null) =>
        Centre.Services.GetRequiredService<AuditArchive>().Archive(before ?? new DateOnly(2026, 5, 1), path ?? File, (_, _, _) => { }, CancellationToken.None);

    private Task<AuditReport> Check(string? path = null) =>
        Centre.Services.GetRequiredService<ArchiveVerifier>().Verify(path ?? File, (_, _) => { }, CancellationToken.None);

    private async Task ShouldBeRefused(byte[] changed)
    {
        await System.IO.File.WriteAllBytesAsync(File + ".changed", changed);
        (await Check(File + ".changed")).Fault.ShouldNotBeNull();
    }

    private async Task<string> Institution() => (await Audit.Value(Centre, "select id from institution where code = '9001'"))!;

    private async Task Old(int entries)
    {
        await Trail.Write(await Institution(), entries, inOneTransaction: 500);
        await Trail.Seal();
    }

    private async Task Young(int entries)
    {
        Wait(60 * 24 * 60);
        await Trail.Write(await Institution(), entries);
    }
}
