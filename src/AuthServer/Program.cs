using AuthServer.Commands;

return await CommandLine.RunAsync(args);
