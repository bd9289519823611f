using KenshinOtp.Staff;
using KenshinOtp.Worker.Jobs;
using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>What runs by itself: when it ran last, what came of it, when it runs next; head office runs it now, but for what is the workers' alone.</summary>
internal sealed class JobsModel(StaffDoor door, JobBoard board) : StaffModel(door)
{
    public IReadOnlyList<JobLine> Lines { get; private set; } = [];

    public bool MayRun => Member.May(StaffAction.RunJobs);

    /// <summary>Whether there is more to see of the engine, and for this person.</summary>
    public bool SeesEngine => MayRun && HttpContext.RequestServices.HasJobDashboard();

    /// <summary>The job that was just run by hand.</summary>
    public Job? Ran { get; private set; }

    /// <summary>How many things that round did; null if it failed.</summary>
    public int? Done { get; private set; }

    protected override StaffAction? Needs => StaffAction.SeeJobs;

    public async Task OnGetAsync(string? ran, int? done, CancellationToken ct)
    {
        (Ran, Done) = (ran is null ? null : JobCatalogue.Find(ran), done);
        Lines = await board.Lines(ct);
    }

    public async Task<IActionResult> OnPostAsync(string? job)
    {
        if (!MayRun || job is null || JobCatalogue.Find(job) is not { WritesBesideKeys: false } found)
            return NotFound();
        return LocalRedirect($"{StaffPaths.Jobs}?ran={found.Name}&done={await board.Run(Visit, found)}");
    }
}
