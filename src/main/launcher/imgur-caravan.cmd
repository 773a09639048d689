@echo off
rem Starts Imgur Caravan on the Java of JAVA_HOME, or else of the PATH: what java -jar imgur-caravan.jar does, with
rem defaults for a small service. JAVA_OPTS comes after them and overrides them.
setlocal
set "JAVA=java"
if not "%JAVA_HOME%"=="" set "JAVA=%JAVA_HOME%\bin\java.exe"
if not "%JAVA_HOME%"=="" if not exist "%JAVA%" (
  echo imgur-caravan: JAVA_HOME is %JAVA_HOME%, and there is no bin\java.exe in it>&2
  exit /b 78
)
if "%JAVA_HOME%"=="" where /q java || (
  echo imgur-caravan: there is no Java: set JAVA_HOME, or put java into the PATH; version 17 or later>&2
  exit /b 78
)
"%JAVA%" -XX:+IgnoreUnrecognizedVMOptions -XX:+UseSerialGC -Xms24m -Xmx96m %JAVA_OPTS% -jar "%~dp0imgur-caravan.jar" %*
exit /b %ERRORLEVEL%
