using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace KenshinOtp.Security;

/// <summary>Names on the disk. A file's bytes may be there and its name not: outside Windows that is the directory's matter, and the framework opens none.</summary>
internal static class DirectorySync
{
    private const int ReadOnly = 0; // O_RDONLY, everywhere

    /// <summary>Has the disk keep the name that a file was just given, before anything is done that relies on it.</summary>
    /// <param name="file">The file, whose bytes are on the disk already.</param>
    /// <exception cref="IOException">The directory cannot be opened, or the disk does not answer.</exception>
    public static void Keep(string file)
    {
        if (OperatingSystem.IsWindows())
        {
            using var named = new FileStream(file, FileMode.Open, FileAccess.ReadWrite);
            named.Flush(flushToDisk: true); // which has the file system write its log, the name with it
            return;
        }

        var directory = Path.GetDirectoryName(Path.GetFullPath(file))!;
        using var handle = new SafeFileHandle(Open(Encoding.UTF8.GetBytes(directory + '\0'), ReadOnly), ownsHandle: true);
        if (handle.IsInvalid)
            throw new IOException($"{directory} cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}");
        RandomAccess.FlushToDisk(handle);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);
}
