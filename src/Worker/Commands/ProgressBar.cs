using System.Globalization;
using KenshinOtp.Import;

namespace KenshinOtp.Worker.Commands;

/// <summary>How far an import has come: a bar on a terminal, else a line for every tenth.</summary>
internal sealed class ProgressBar(TextWriter error) : IProgress<ImportProgress>
{
    private const int Width = 40;

#pragma warning disable RS0030 // only the console knows whether somebody looks on
    private readonly bool _bar = !Console.IsErrorRedirected;
#pragma warning restore RS0030

    private (bool Importing, int Percent) _shown = (false, -1);

    public void Report(ImportProgress value)
    {
        var percent = value.Length == 0 ? 100 : (int)(value.Position * 100 / value.Length);
        var step = (value.Importing, _bar ? percent : percent - percent % 10);
        if (step == _shown)
            return;
        _shown = step;
        var what = value.Importing ? "importing" : "checking ";
        if (_bar)
            error.Write(string.Create(CultureInfo.InvariantCulture, $"\r{what} [{new string('#', percent * Width / 100).PadRight(Width, '.')}] {percent,3} %"));
        else
            error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what} {step.Item2,3} %"));
    }

    /// <summary>Leaves the bar's line.</summary>
    public void End()
    {
        if (_bar && _shown.Percent >= 0)
            error.WriteLine();
    }
}
