using System;
using System.IO;
using System.Linq;

namespace Sonoran.Native;

/// <summary>Tells why there is no native library that could be loaded, and what to do.</summary>
internal static class LoadingProblem
{
    internal static string Told(Exception cause)
    {
        if (!Platform.Supported.Contains(Platform.Rid))
        {
            return Unsupported();
        }

        return LibraryFiles.Here() is { } file ? NotLoaded(file, cause) : NotThere();
    }

    private static string Unsupported()
    {
        var instead = Platform.Rid == "win-arm64" ? " Windows on Arm runs programs for x64: publish with \"dotnet publish -r win-x64\"." : "";
        return $"Sonoran.Net has no native library for this platform, {Platform.Rid}. It has one for each of {string.Join(", ", Platform.Supported)}.{instead}";
    }

    private static string NotThere()
    {
        var told = $"Sonoran.Net found no native library for this platform, {Platform.Rid}.";
        if (LibraryFiles.Named() is { } named)
        {
            return $"{told} The environment's {LibraryFiles.Variable} names {named}, and there is no such file.";
        }

        if (LibraryFiles.Anywhere() is { } other)
        {
            return $"{told} There is one for another platform, {other}: publish with \"dotnet publish -r {Platform.Rid}\" to run here, " +
                "or without -r to run on every platform.";
        }

        var inside = LibraryFiles.IsInsideProgram ? " A program in a single file has it inside with \"-p:IncludeNativeLibrariesForSelfExtract=true\"." : "";
        return $"{told} It comes with the NuGet package: copy the whole folder that \"dotnet publish\" makes, with its folder runtimes, or put " +
            $"{Platform.LibraryFile} of the package's runtimes/{Platform.Rid}/native into {LibraryFiles.Folders[0]}, or name the file in the environment's {LibraryFiles.Variable}.{inside} " +
            $"Looked in {string.Join(", ", LibraryFiles.Folders)}, and in runtimes/{Platform.Rid}/native of each.";
    }

    private static string NotLoaded(string file, Exception cause)
    {
        var told = $"Sonoran.Net could not load its native library {file}";
        if (Read(file) is not { } content)
        {
            return $"{told}: this user may not read it.";
        }

        var platform = LibraryHeader.Platform(content);
        if (platform is null)
        {
            return $"{told}: the file is damaged, or is no library for this system. Clear the package's folder in the NuGet cache, restore and publish anew.";
        }

        if (platform != Platform.Rid)
        {
            return $"{told}: it is for {platform}, and this process is {Platform.Rid}. Publish with \"dotnet publish -r {Platform.Rid}\".";
        }

        return $"{told}: {Reason(cause.Message)}";
    }

    private static byte[]? Read(string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string Reason(string message)
    {
        var line = message.Split('\n').FirstOrDefault(text => text.Contains(Platform.Library) && text.Contains(": "))?.Trim() ?? message.Trim();
        if (message.Contains("GLIBC_"))
        {
            return $"this system's C library is too old ({line}). The published package needs glibc 2.17, one that you built yourself as much as the " +
                "machine that built it.";
        }

        if (message.Contains("failed to map segment") || message.Contains("Operation not permitted") || message.Contains("Permission denied"))
        {
            return $"the system does not allow to run it ({line}). Look at the file's permissions, and whether its folder is mounted with noexec.";
        }

#if !NET8_0_OR_GREATER
        if (Mono.IsRunning)
        {
            return "Mono tells why when it is run with MONO_LOG_LEVEL=debug and MONO_LOG_MASK=dll in its environment.";
        }
#endif
        return line;
    }
}
